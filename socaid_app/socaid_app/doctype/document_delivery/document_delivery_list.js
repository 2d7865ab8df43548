frappe.listview_settings["Document Delivery"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { "To Deliver": "orange", Delivered: "green", Overdue: "red" };
		return [__(doc.status, null, "Document Delivery"), colours[doc.status], `status,=,${doc.status}`];
	},
};
