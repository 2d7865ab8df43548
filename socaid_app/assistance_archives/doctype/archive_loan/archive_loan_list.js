frappe.listview_settings["Archive Loan"] = {
	add_fields: ["status", "due_status", "due_on"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = {
			Requested: "orange",
			Granted: "blue",
			Lent: "yellow",
			"Given Back": "green",
			"Loan Refused": "gray",
			"Lost File": "red",
		};
		return [__(doc.status, null, "Archive Loan"), colours[doc.status], `status,=,${doc.status}`];
	},
};
