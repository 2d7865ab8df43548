frappe.listview_settings["Update Task"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { "Update Under Way": "blue", "Update Complete": "green", "Update Missed": "red" };
		return [__(doc.status, null, "Update Task"), colours[doc.status], `status,=,${doc.status}`];
	},
};
