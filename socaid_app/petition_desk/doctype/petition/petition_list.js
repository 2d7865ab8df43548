frappe.listview_settings["Petition"] = {
	add_fields: ["status", "due_status", "current_due", "current_clock", "urgent", "restricted"],
	hide_name_column: true,

	get_indicator(doc) {
		const colours = { Overdue: "red", "Due Today": "orange", "Due Soon": "yellow", "On Time": "blue" };
		const colour = colours[doc.due_status];
		if (colour && doc.current_due) {
			const left = frappe.datetime.get_day_diff(doc.current_due, frappe.datetime.get_today());
			const word = left < 0 ? __("{0} days late", [-left]) : __("{0} days left", [left]);
			return [
				`${__(doc.status, null, "Petition")} · ${word}`,
				colour,
				`due_status,=,${doc.due_status}`,
			];
		}
		return [__(doc.status, null, "Petition"), "gray", `status,=,${doc.status}`];
	},

	formatters: {
		subject(value, _df, doc) {
			const mark = doc.restricted ? __("Kept Secret") : doc.urgent ? __("Urgent") : "";
			return (mark && `【${mark}】`) + frappe.utils.escape_html(value || "");
		},
	},
};
