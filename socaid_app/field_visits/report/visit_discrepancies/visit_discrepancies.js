frappe.query_reports["Visit Discrepancies"] = {
	filters: [
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
		{ fieldname: "fact", label: __("Fact"), fieldtype: "Data" },
		{ fieldname: "category", label: __("Assistance Category"), fieldtype: "Link", options: "Assistance Category" },
		{ fieldname: "from_date", label: __("Visits From"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("Visits To"), fieldtype: "Date" },
	],
};
