frappe.listview_settings["Archive Room Access"] = {
	add_fields: ["left_at"],
	hide_name_column: true,
	get_indicator: (doc) =>
		doc.left_at
			? [__("Left the Room"), "gray", "left_at,is,set"]
			: [__("Inside", null, "Archive Room Access"), "orange", "left_at,is,not set"],
};
