frappe.query_reports["Payment Against Roll"] = {
	filters: [
		{
			fieldname: "month",
			label: __("Month of Payment", null, "Payment List"),
			fieldtype: "Date",
			default: frappe.datetime.month_start(),
			reqd: 1,
		},
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
		{ fieldname: "category", label: __("Category", null, "Entitlement"), fieldtype: "Link", options: "Assistance Category" },
		{ fieldname: "differences_only", label: __("Differences Only"), fieldtype: "Check", default: 1 },
	],
};
