frappe.listview_settings["Petition Review"] = {
	add_fields: ["status", "stage", "due_on"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { "Asked For": "orange", "Answer Given": "green", "Not Admitted": "gray" };
		const late = doc.status === "Asked For" && doc.due_on && doc.due_on < frappe.datetime.get_today();
		return [__(doc.status, null, "Petition Review"), late ? "red" : colours[doc.status], `status,=,${doc.status}`];
	},
	// the framework would translate the word for a review of papers
	formatters: { stage: (value) => __(value, null, "Petition Review") },
};
