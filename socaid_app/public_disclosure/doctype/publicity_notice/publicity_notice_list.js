frappe.listview_settings["Publicity Notice"] = {
	add_fields: ["status", "ends_on"],
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			"In Publicity": "blue",
			"Objection Raised": "red",
			Completed: "green",
			Withdrawn: "darkgrey",
		};
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
