frappe.listview_settings["Raise Contact"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { "To Be Told": "orange", "Not Reached": "red", "Family Told": "green" };
		return [__(doc.status, null, "Raise Contact"), colours[doc.status], `status,=,${doc.status}`];
	},
};
