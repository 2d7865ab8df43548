frappe.query_reports["Changes of the Month"] = socaid.insight.report([
	socaid.filters.month(),
	socaid.insight.by({ Reason: __("Reason", null, "Assistance Application"), Township: __("Township Division"), Category: __("Assistance Category") }),
	socaid.filters.township(),
	socaid.filters.category(),
	socaid.insight.list({
		all: __("All Together"),
		...Object.fromEntries(
			["Joined", "Raised", "Reduced", "Suspended", "Resumed", "Converted", "Left"].map((kind) => [
				kind,
				__(kind, null, "Monthly Changes"),
			])
		),
	}),
	// set by a click on a number
	{ fieldname: "reason", label: __("Reason"), fieldtype: "Data", hidden: 1 },
]);
