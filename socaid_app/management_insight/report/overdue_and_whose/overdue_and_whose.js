frappe.query_reports["Overdue and Whose"] = socaid.insight.report([
	{ fieldname: "rule", label: __("Due Rule"), fieldtype: "Link", options: "Due Rule" },
	socaid.filters.township(),
]);
