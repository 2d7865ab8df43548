frappe.listview_settings["Disclosure Publication"] = {
	add_fields: ["status", "late", "due_on"],
	get_indicator(doc) {
		const colours = { "To Be Published": "orange", "Published Online": "green", "Taken Down": "gray" };
		return [__(doc.status, null, "Disclosure Publication"), colours[doc.status], `status,=,${doc.status}`];
	},
};
