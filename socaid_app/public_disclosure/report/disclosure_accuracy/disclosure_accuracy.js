frappe.query_reports["Disclosure Accuracy"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("Inspected From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -11),
			reqd: 1,
		},
		{ fieldname: "to_date", label: __("Inspected To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		socaid.filters.township(),
	],
	formatter: socaid.filters.red("untimely", "inaccurate", "indiscreet", "not_hung", "overdue"),
};
