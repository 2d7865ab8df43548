frappe.views.calendar["Screening Task"] = {
	field_map: { start: "due_on", end: "due_on", id: "name", title: "head_name", allDay: "all_day" },
	gantt: true,
	order_by: "due_on",
	filters: [{ fieldtype: "Link", fieldname: "township", options: "Administrative Division", label: __("Township") }],
	get_events_method: "frappe.desk.calendar.get_events",
};
