frappe.listview_settings["Archive Loan"] = {
	add_fields: ["status", "due_status", "due_on"],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.status === "Lent" && ["Overdue", "Due Today", "Due Soon"].includes(doc.due_status)) {
			const colour = doc.due_status === "Overdue" ? "red" : "orange";
			return [__(doc.due_status, null, "Archive Loan"), colour, `status,=,Lent|due_status,=,${doc.due_status}`];
		}
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
