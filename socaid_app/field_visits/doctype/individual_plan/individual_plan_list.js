frappe.listview_settings["Individual Plan"] = {
	add_fields: ["status", "evaluate_on"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status === "Under Way" && doc.evaluate_on && doc.evaluate_on < today) {
			return [__("Evaluation Overdue"), "red", `evaluate_on,<,${today}|status,=,Under Way`];
		}
		const colours = { Draft: "gray", "Under Way": "blue", Evaluated: "orange", Ended: "green" };
		return [__(doc.status, null, "Individual Plan"), colours[doc.status], `status,=,${doc.status}`];
	},
};
