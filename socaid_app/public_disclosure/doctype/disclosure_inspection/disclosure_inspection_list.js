frappe.listview_settings["Disclosure Inspection"] = {
	add_fields: ["status", "fault_count"],
	get_indicator(doc) {
		if (doc.status === "Inspection Under Way") return [__(doc.status, null, "Disclosure Inspection"), "orange", `status,=,${doc.status}`];
		return [__(doc.status, null, "Disclosure Inspection"), doc.fault_count ? "red" : "green", `status,=,${doc.status}`];
	},
};
