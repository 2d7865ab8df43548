frappe.query_reports["Visit Discrepancies"] = {
	filters: [
		socaid.filters.township(),
		{ fieldname: "fact", label: __("Fact"), fieldtype: "Data" },
		socaid.filters.category(),
		{ fieldname: "from_date", label: __("Visits From"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("Visits To"), fieldtype: "Date" },
	],
};
