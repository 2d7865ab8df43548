frappe.listview_settings["Reserve Statement"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = {
			"Statement Awaited": "orange",
			"Statement Made": "blue",
			"Statement Confirmed": "green",
			"Statement Published": "green",
		};
		return [__(doc.status, null, "Reserve Statement"), colours[doc.status], `status,=,${doc.status}`];
	},
};
