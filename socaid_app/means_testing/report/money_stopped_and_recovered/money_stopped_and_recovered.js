frappe.query_reports["Money Stopped and Recovered"] = {
	filters: [
		{ fieldname: "from_month", label: __("From Month"), fieldtype: "Date", default: frappe.datetime.year_start(), reqd: 1 },
		{ fieldname: "to_month", label: __("To Month"), fieldtype: "Date", default: frappe.datetime.month_start(), reqd: 1 },
		socaid.filters.township(),
	],
};
