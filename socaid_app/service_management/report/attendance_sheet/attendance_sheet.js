frappe.query_reports["Attendance Sheet"] = {
	filters: [
		{
			fieldname: "month",
			label: __("Month of the Sheet"),
			fieldtype: "Select",
			default: frappe.datetime.get_today().slice(0, 7),
			options: Array.from({ length: 13 }, (_, back) =>
				frappe.datetime.add_months(frappe.datetime.month_start(), -back).slice(0, 7)
			),
		},
		{ fieldname: "officer", label: __("Member of Staff"), fieldtype: "Link", options: "Visit Officer" },
		{
			fieldname: "township",
			label: __("Township"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
	],
};
