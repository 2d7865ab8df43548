frappe.query_reports["Monthly Changes"] = {
	filters: [
		socaid.filters.month(__("Month", null, "Home Visit"), {
			description: __("Any day of the month; what differs from the month before."),
		}),
		socaid.filters.township(),
		socaid.filters.category(),
		{ fieldname: "detail", label: __("Show Names"), fieldtype: "Check" },
	],
};
