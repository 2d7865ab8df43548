frappe.query_reports["Reasons of Refusal"] = socaid.insight.report([
	socaid.insight.from(),
	socaid.insight.until(),
	socaid.insight.by({ Reason: __("Reason", null, "Assistance Application"), Category: __("Assistance Category"), Township: __("Township Division") }),
	socaid.filters.township(),
	socaid.filters.category(),
]);
