frappe.listview_settings["Individual Plan"] = {
	add_fields: ["status", "evaluate_on"],
	get_indicator(doc) {
		const colours = { Draft: "gray", "Under Way": "blue", Evaluated: "orange", Ended: "green" };
		return [__(doc.status, null, "Individual Plan"), colours[doc.status], `status,=,${doc.status}`];
	},
};
