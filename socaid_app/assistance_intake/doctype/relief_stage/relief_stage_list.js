frappe.listview_settings["Relief Stage"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = {
			"Stage Awaited": "orange",
			"Stage Checked": "blue",
			"Stage Released": "green",
			"Stage Stopped": "gray",
		};
		return [__(doc.status, null, "Relief Stage"), colours[doc.status], `status,=,${doc.status}`];
	},
};
