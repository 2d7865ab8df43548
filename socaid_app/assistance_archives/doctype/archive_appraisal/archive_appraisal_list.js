frappe.listview_settings["Archive Appraisal"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = {
			"Being Prepared": "gray",
			"Proposed for Signature": "orange",
			"Signed Once": "orange",
			"Ready to Carry Out": "blue",
			"Carried Out": "green",
			"Given Up": "darkgrey",
		};
		return [__(doc.status, null, "Archive Appraisal"), colours[doc.status], `status,=,${doc.status}`];
	},
};
