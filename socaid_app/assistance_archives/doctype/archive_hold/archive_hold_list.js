frappe.listview_settings["Archive Hold"] = {
	add_fields: ["released_on"],
	get_indicator: (doc) =>
		doc.released_on
			? [__("Released", null, "Archive Hold"), "gray", "released_on,is,set"]
			: [__("In Force", null, "Archive Hold"), "orange", "released_on,is,not set"],
};
