frappe.listview_settings["Needs Assessment"] = {
	add_fields: ["status", "next_on"],
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			"To Confirm": "orange",
			Assessed: "green",
			Replaced: "gray",
			"Given Up": "gray",
		};
		return [__(doc.status, null, "Needs Assessment"), colours[doc.status], `status,=,${doc.status}`];
	},
};
