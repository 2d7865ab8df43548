frappe.query_reports["Service Figures"] = socaid.insight.report([
	socaid.insight.from(),
	socaid.insight.until(),
	socaid.filters.township(),
	socaid.insight.list({ found: __("Number of Services"), in_time: __("In Time"), late: __("Late or Overdue") }),
	// set by a click on a number
	{ fieldname: "item", label: __("Service"), fieldtype: "Data", hidden: 1 },
]);
