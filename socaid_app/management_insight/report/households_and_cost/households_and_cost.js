frappe.query_reports["Households and Cost"] = socaid.insight.report([
	socaid.filters.month(),
	socaid.insight.by({ Township: __("Township Division"), Category: __("Assistance Category"), "Township and Category": __("Township and Category") }),
	socaid.filters.township(),
	socaid.filters.category(),
	socaid.insight.list({
		households_now: __("Households Paid"),
		households_last: __("{0} of the Month Before", [__("Households Paid")]),
		households_year: __("{0} a Year Before", [__("Households Paid")]),
	}),
]);
