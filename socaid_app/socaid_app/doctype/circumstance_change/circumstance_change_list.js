frappe.listview_settings["Circumstance Change"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { "To Review": "orange", Confirmed: "blue", "In Effect": "green", Rejected: "gray", Corrected: "blue" };
		return [__(doc.status, null, "Circumstance Change"), colours[doc.status], `status,=,${doc.status}`];
	},
};
