frappe.listview_settings["Petition"] = {
	add_fields: ["status", "due_status", "current_due", "current_clock", "urgent", "restricted"],
	hide_name_column: true,

	get_indicator(doc) {
		const colour = doc.current_due ? "blue" : "gray";
		return [__(doc.status, null, "Petition"), colour, `status,=,${doc.status}`];
	},

	formatters: {
		subject(value, _df, doc) {
			const mark = doc.restricted ? __("Kept Secret") : doc.urgent ? __("Urgent") : "";
			return (mark && `【${mark}】`) + frappe.utils.escape_html(value || "");
		},
	},
};
