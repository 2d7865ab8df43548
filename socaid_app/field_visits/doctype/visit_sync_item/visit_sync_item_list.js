frappe.listview_settings["Visit Sync Item"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Held: "orange", "In Conflict": "orange", Refused: "red", Rejected: "red" };
		return [__(doc.status, null, "Visit Sync Item"), colours[doc.status] || "green", `status,=,${doc.status}`];
	},
};
