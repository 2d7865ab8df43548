frappe.query_reports["Petitions and Satisfaction"] = socaid.insight.report([
	socaid.insight.from(),
	socaid.insight.until(),
	socaid.insight.by({ Township: __("Township Division"), Matter: __("Matter", null, "Petition") }),
	socaid.filters.township(),
	{ fieldname: "hide_small", label: __("Hide Small Numbers"), fieldtype: "Check" },
	socaid.insight.list({ late: __("Missed a Deadline") }),
	// set by a click on a number
	{ fieldname: "of", label: __("Matter", null, "Petition"), fieldtype: "Data", hidden: 1 },
]);
