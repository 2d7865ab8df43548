frappe.query_reports["Register Ledger"] = {
	filters: [
		{
			fieldname: "register",
			label: __("Register", null, "Register Entry"),
			fieldtype: "Link",
			options: "Service Register",
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -12),
		},
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: frappe.datetime.get_today() },
	],
};
