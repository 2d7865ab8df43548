frappe.listview_settings["Reserve Request"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { "Reserve Money Asked": "orange", "Reserve Money Booked": "green", "Reserve Money Refused": "gray" };
		return [__(doc.status, null, "Reserve Request"), colours[doc.status], `status,=,${doc.status}`];
	},
};
