frappe.listview_settings["Case Reminder"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Sent: "green", Failed: "red", "Manual Needed": "orange", "Manual Done": "blue" };
		return [__(doc.status, null, "Case Reminder"), colours[doc.status], `status,=,${doc.status}`];
	},
};
