frappe.listview_settings["Petition Hearing"] = {
	add_fields: ["held_on", "ended_on"],
	hide_name_column: true,
	get_indicator(doc) {
		return doc.ended_on
			? [__("Hearing Ended"), "green", "ended_on,is,set"]
			: [__("Hearing Announced"), "orange", "ended_on,is,not set"];
	},
};
