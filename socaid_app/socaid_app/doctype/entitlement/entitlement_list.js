frappe.listview_settings["Entitlement"] = {
	add_fields: ["status", "end_month"],
	get_indicator(doc) {
		const colours = { Active: "green", Ended: "gray", Cancelled: "red" };
		return [__(doc.status, null, "Entitlement"), colours[doc.status], `status,=,${doc.status}`];
	},
};
