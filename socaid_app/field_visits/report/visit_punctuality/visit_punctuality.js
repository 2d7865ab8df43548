frappe.query_reports["Visit Punctuality"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From Month"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -2),
		},
		{ fieldname: "to_date", label: __("To Month"), fieldtype: "Date", default: frappe.datetime.month_end() },
		{ fieldname: "officer", label: __("Responsible Officer"), fieldtype: "Link", options: "Visit Officer" },
		socaid.filters.township(),
	],
};
