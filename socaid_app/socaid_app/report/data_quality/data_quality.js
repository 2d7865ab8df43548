frappe.query_reports["Data Quality"] = {
	filters: [
		{
			fieldname: "by",
			label: __("Counted By", null, "Data Quality"),
			fieldtype: "Select",
			options: ["Responsible", "Township", "Rule"].map((value) => ({
				value,
				label: __(value, null, "Data Quality"),
			})),
			default: "Responsible",
			reqd: 1,
		},
		{ fieldname: "from_date", label: __("Found From"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("Found Until"), fieldtype: "Date" },
		socaid.filters.township(),
	],
	formatter: socaid.filters.red("overdue"),
};
