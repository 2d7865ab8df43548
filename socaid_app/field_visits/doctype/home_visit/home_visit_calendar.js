frappe.views.calendar["Home Visit"] = {
	field_map: { start: "planned_on", end: "planned_on", id: "name", title: "head_name", allDay: "all_day" },
	filters: [{ fieldtype: "Link", fieldname: "township", options: "Administrative Division", label: __("Township") }],
	get_events_method: "frappe.desk.calendar.get_events",
};
