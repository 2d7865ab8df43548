const NEEDS = ["Food", "Housing", "Clothing", "Medical", "Education", "Employment", "Care", "Psychological"];

frappe.query_reports["Needs by Type"] = {
	filters: [
		socaid.filters.township(),
		{
			fieldname: "kind",
			label: __("Kind of Need"),
			fieldtype: "Select",
			options: ["", ...NEEDS].map((value) => ({ value, label: value && __(value) })),
		},
		socaid.filters.category(),
		{ fieldname: "from_date", label: __("Visits From"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("Visits To"), fieldtype: "Date" },
	],
	formatter(value, row, column, data, default_formatter) {
		return default_formatter(column.fieldname === "kind" ? __(value) : value, row, column, data);
	},
};
