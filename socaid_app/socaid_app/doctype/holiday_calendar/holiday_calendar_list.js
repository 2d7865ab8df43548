frappe.listview_settings["Holiday Calendar"] = {
	add_fields: ["announced"],
	get_indicator(doc) {
		return doc.announced
			? [__("Announced"), "green", "announced,=,1"]
			: [__("Not Announced"), "orange", "announced,=,0"];
	},
};
