frappe.query_reports["Disclosure Timeliness"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("Formed From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -11),
			reqd: 1,
		},
		{ fieldname: "to_date", label: __("Formed To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		socaid.filters.township(),
		{ fieldname: "late_only", label: __("Late Only"), fieldtype: "Check" },
	],
	formatter: socaid.filters.red("late", "overdue"),
};
