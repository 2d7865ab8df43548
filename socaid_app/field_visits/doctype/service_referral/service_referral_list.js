frappe.listview_settings["Service Referral"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { Sent: "orange", Accepted: "blue", Completed: "green", "Sent Back": "red" };
		return [__(doc.status, null, "Service Referral"), colours[doc.status], `status,=,${doc.status}`];
	},
};
