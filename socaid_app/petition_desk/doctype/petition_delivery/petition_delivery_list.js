frappe.listview_settings["Petition Delivery"] = {
	add_fields: ["document_kind", "delivered_on"],
	hide_name_column: true,
	get_indicator(doc) {
		return doc.delivered_on
			? [__("Delivered"), "green", "delivered_on,is,set"]
			: [__("To Be Delivered"), "orange", "delivered_on,is,not set"];
	},
};
