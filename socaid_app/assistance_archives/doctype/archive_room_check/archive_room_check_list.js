frappe.listview_settings["Archive Room Check"] = {
	add_fields: ["result"],
	get_indicator: (doc) => [
		__(doc.result, null, "Archive Room Check"),
		doc.result === "Within Limits" ? "green" : "red",
		`result,=,${doc.result}`,
	],
};
