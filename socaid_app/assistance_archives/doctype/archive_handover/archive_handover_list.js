frappe.listview_settings["Archive Handover"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { "Being Listed": "gray", Reconciling: "orange", "Handover Signed": "green" };
		return [__(doc.status, null, "Archive Handover"), colours[doc.status], `status,=,${doc.status}`];
	},
};
