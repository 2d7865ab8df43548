frappe.listview_settings["What-if Scenario"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = {
			"Not Computed": "gray",
			Computing: "orange",
			Computed: "blue",
			Chosen: "green",
			"In Force": "green",
		};
		return [__(doc.status, null, "What-if Scenario"), colours[doc.status], `status,=,${doc.status}`];
	},
};
