frappe.listview_settings["Visit Problem"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { Open: "orange", "In Progress": "blue", Closed: "green" };
		return [__(doc.status, null, "Visit Problem"), colours[doc.status], `status,=,${doc.status}`];
	},
};
