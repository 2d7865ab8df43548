frappe.query_reports["Rectification Ledger"] = {
	filters: [
		{
			fieldname: "source_kind",
			label: __("Kind of Check"),
			fieldtype: "Select",
			options: [
				"",
				"Quality Check",
				"Spot Check",
				"Disclosure Inspection",
				"Archive Custody",
				"Backup",
				"Recovery of Help",
				"Carer Check",
			].map((value) => ({ value, label: value && __(value, null, "Data Quality Issue") })),
		},
		{ fieldname: "responsible", label: __("Responsible"), fieldtype: "Link", options: "User" },
		{
			fieldname: "rule",
			label: __("Data Quality Rule"),
			fieldtype: "Link",
			options: "Data Quality Rule",
		},
		socaid.filters.township(),
		socaid.filters.month(__("Found In"), { reqd: 0, default: "" }),
		{ fieldname: "overdue", label: __("Overdue Only"), fieldtype: "Check" },
		{ fieldname: "with_done", label: __("With Those Put Right"), fieldtype: "Check" },
	],
};
