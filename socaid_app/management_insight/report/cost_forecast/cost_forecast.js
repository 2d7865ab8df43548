frappe.query_reports["Cost Forecast"] = socaid.insight.report([
	socaid.filters.month(),
	socaid.filters.township(),
	socaid.filters.category(),
	{
		fieldname: "scenario",
		label: __("Scenario"),
		fieldtype: "Link",
		options: "What-if Scenario",
		get_query: () => ({ filters: { status: ["in", ["Computed", "Chosen", "In Force"]] } }),
	},
]);
