frappe.listview_settings["Visit Problem"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status !== "Closed" && doc.due_on < today) {
			return [__("Overdue"), "red", `due_on,<,${today}|status,!=,Closed`];
		}
		const colours = { Open: "orange", "In Progress": "blue", Closed: "green" };
		return [__(doc.status, null, "Visit Problem"), colours[doc.status], `status,=,${doc.status}`];
	},
};
