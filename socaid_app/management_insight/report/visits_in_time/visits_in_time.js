frappe.query_reports["Visits in Time"] = socaid.insight.report([
	socaid.filters.month(),
	socaid.filters.township(),
	socaid.insight.list({
		due: __("Visits Due"),
		done: __("Tasks Done"),
		in_time: __("Done on Time"),
		late: __("Done Late"),
		overdue: __("Tasks Overdue"),
		to_come: __("Not Due Yet"),
	}),
]);
