frappe.listview_settings["Service Referral"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status !== "Completed" && doc.due_on && doc.due_on < today) {
			return [__("Overdue"), "red", `due_on,<,${today}|status,!=,Completed`];
		}
		const colours = { Sent: "orange", Accepted: "blue", Completed: "green", "Sent Back": "red" };
		return [__(doc.status, null, "Service Referral"), colours[doc.status], `status,=,${doc.status}`];
	},
};
