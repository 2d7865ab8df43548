frappe.query_reports["Relief Register"] = {
	filters: [
		{
			fieldname: "register",
			label: __("Way of Help"),
			fieldtype: "Select",
			options: ["", "Small Emergency Aid", "Help That Came First"].map((value) => ({ value, label: __(value) })),
		},
		{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date", default: frappe.datetime.year_start() },
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: frappe.datetime.get_today() },
		socaid.filters.township(),
		{ fieldname: "by_township", label: __("By Township"), fieldtype: "Check" },
	],
};
