frappe.listview_settings["Roster Import"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = {
			"Roster Drafted": "gray",
			"Roster Being Checked": "orange",
			"Roster Checked": "blue",
			"Roster Handed Over": "orange",
			"Roster Being Written": "orange",
			"Roster Written": "green",
			"Roster Being Undone": "orange",
			"Roster Undone": "gray",
			"Roster Closed": "green",
			"Roster Given Up": "gray",
		};
		return [__(doc.status, null, "Roster Import"), colours[doc.status], `status,=,${doc.status}`];
	},
};
