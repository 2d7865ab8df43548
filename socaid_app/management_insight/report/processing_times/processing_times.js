frappe.query_reports["Processing Times"] = socaid.insight.report([
	socaid.insight.from(),
	socaid.insight.until(),
	socaid.filters.township(),
	socaid.filters.category(),
	socaid.insight.list({ done: __("Stages Done"), in_time: __("In Time"), late: __("Late or Overdue") }),
	// set by a click on a number
	{ fieldname: "stage", label: __("Stage"), fieldtype: "Data", hidden: 1 },
	{ fieldname: "kind", label: __("Clock", null, "Application Deadline"), fieldtype: "Data", hidden: 1 },
]);
