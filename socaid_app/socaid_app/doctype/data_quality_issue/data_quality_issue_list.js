frappe.listview_settings["Data Quality Issue"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { Open: "orange", Rectified: "blue", Rechecked: "green", Closed: "gray" };
		return [__(doc.status, null, "Data Quality Issue"), colours[doc.status], `status,=,${doc.status}`];
	},
};
