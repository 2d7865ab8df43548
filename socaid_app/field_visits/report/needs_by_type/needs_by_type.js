const NEEDS = ["Food", "Housing", "Clothing", "Medical", "Education", "Employment", "Care", "Psychological"];

frappe.query_reports["Needs by Type"] = {
	filters: [
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
		{
			fieldname: "kind",
			label: __("Kind of Need"),
			fieldtype: "Select",
			options: ["", ...NEEDS].map((value) => ({ value, label: value && __(value) })),
		},
		{ fieldname: "category", label: __("Assistance Category"), fieldtype: "Link", options: "Assistance Category" },
		{ fieldname: "from_date", label: __("Visits From"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("Visits To"), fieldtype: "Date" },
	],
	formatter(value, row, column, data, default_formatter) {
		return default_formatter(column.fieldname === "kind" ? __(value) : value, row, column, data);
	},
};
