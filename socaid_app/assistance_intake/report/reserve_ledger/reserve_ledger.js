frappe.query_reports["Reserve Ledger"] = {
	filters: [
		{ fieldname: "from_month", label: __("From Month"), fieldtype: "Date", default: frappe.datetime.month_start(), reqd: 1 },
		{ fieldname: "to_month", label: __("To Month"), fieldtype: "Date", default: frappe.datetime.month_start() },
	],
	formatter: socaid.filters.red("awaited"),
};
