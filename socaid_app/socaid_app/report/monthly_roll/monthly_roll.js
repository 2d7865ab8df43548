frappe.query_reports["Monthly Roll"] = {
	filters: [
		socaid.filters.month(__("Month", null, "Home Visit"), {
			description: __("Any day of the month; the roll is as of that month."),
		}),
		socaid.filters.township(),
		socaid.filters.category(),
		{ fieldname: "detail", label: __("Show Names"), fieldtype: "Check" },
	],
};
