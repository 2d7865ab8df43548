frappe.listview_settings["Spot Check"] = {
	add_fields: ["status", "drawn", "checked"],
	get_indicator(doc) {
		const colours = { Draft: "gray", Drawn: "orange", Completed: "green" };
		return [__(doc.status, null, "Spot Check"), colours[doc.status], `status,=,${doc.status}`];
	},
};
