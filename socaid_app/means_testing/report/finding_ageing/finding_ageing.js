frappe.query_reports["Finding Ageing"] = {
	filters: [
		{
			fieldname: "group_by",
			label: __("Count By"),
			fieldtype: "Select",
			options: ["Comparison Rule", "Comparison Source", "Township"].map((value) => ({ value, label: __(value) })),
			default: "Comparison Rule",
			reqd: 1,
		},
		socaid.filters.township(),
		{ fieldname: "from_date", label: __("First Found From"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("First Found To"), fieldtype: "Date" },
	],
};
