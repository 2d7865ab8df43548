frappe.query_reports["Monthly Changes"] = {
	filters: [
		{
			fieldname: "month",
			label: __("Month", null, "Home Visit"),
			fieldtype: "Date",
			default: frappe.datetime.month_start(),
			reqd: 1,
			description: __("Any day of the month; what differs from the month before."),
		},
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
		{ fieldname: "category", label: __("Category", null, "Entitlement"), fieldtype: "Link", options: "Assistance Category" },
		{ fieldname: "detail", label: __("Show Names"), fieldtype: "Check" },
	],
};
