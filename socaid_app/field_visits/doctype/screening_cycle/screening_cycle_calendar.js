frappe.views.calendar["Screening Cycle"] = {
	field_map: {
		start: "starts_on",
		end: "ends_on",
		id: "name",
		title: "title",
		progress: "percent_done",
		allDay: "all_day",
	},
	gantt: true,
	order_by: "starts_on",
	get_events_method: "frappe.desk.calendar.get_events",
};
