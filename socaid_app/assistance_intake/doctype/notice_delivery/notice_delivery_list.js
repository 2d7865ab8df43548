frappe.listview_settings["Notice Delivery"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { "To Deliver": "orange", Delivered: "green", Overdue: "red" };
		return [__(doc.status, null, "Notice Delivery"), colours[doc.status], `status,=,${doc.status}`];
	},
};
