frappe.listview_settings["Data Quality Rule"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { "Rule Being Tried": "orange", "Rule On": "green", "Rule Off": "gray" };
		return [__(doc.status, null, "Data Quality Rule"), colours[doc.status], `status,=,${doc.status}`];
	},
};
