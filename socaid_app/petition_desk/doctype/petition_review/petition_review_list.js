frappe.listview_settings["Petition Review"] = {
	add_fields: ["status", "stage", "due_on"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { "Asked For": "orange", "Answer Given": "green", "Not Admitted": "gray" };
		return [__(doc.status, null, "Petition Review"), colours[doc.status], `status,=,${doc.status}`];
	},
	// the framework would translate the word for a review of papers
	formatters: { stage: (value) => __(value, null, "Petition Review") },
};
