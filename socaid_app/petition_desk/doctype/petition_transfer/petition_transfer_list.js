frappe.listview_settings["Petition Transfer"] = {
	add_fields: ["kind", "feedback_required", "due_on", "feedback_on"],
	hide_name_column: true,
	// transfers are made by the steps of a petition
	onload(list) {
		list.can_create = false;
	},
	get_indicator(doc) {
		if (doc.feedback_on) return [__("Reported Back"), "green", "feedback_on,is,set"];
		if (!doc.feedback_required) return [__(doc.kind, null, "Petition Transfer"), "gray", `kind,=,${doc.kind}`];
		const late = doc.due_on < frappe.datetime.get_today();
		return [
			late ? __("Report Overdue") : __("Report Awaited"),
			late ? "red" : "orange",
			"feedback_required,=,1|feedback_on,is,not set",
		];
	},
};
