const TASK_COLOURS = {
	"To Do": "orange",
	Scheduled: "blue",
	"Under Way": "yellow",
	Done: "green",
	"Cannot Visit": "red",
	"Left Out": "gray",
};
const OPEN_TASKS = ["To Do", "Scheduled", "Under Way"];

frappe.listview_settings["Screening Task"] = {
	hide_name_column: true,
	add_fields: ["status", "due_on", "left_out_reason"],
	get_indicator(doc) {
		const label = doc.status === "Left Out" && doc.left_out_reason ? doc.left_out_reason : doc.status;
		return [__(label), TASK_COLOURS[doc.status], `status,=,${doc.status}`];
	},
	onload(list) {
		list.page.add_action_item(__("Plan Visits"), () => plan_visits(list));
		list.page.add_inner_button(__("Overdue"), () =>
			list.filter_area.add([
				["Screening Task", "due_on", "<", frappe.datetime.get_today()],
				["Screening Task", "status", "in", OPEN_TASKS],
			])
		);
		list.page.add_inner_button(__("Left Out"), () =>
			list.filter_area.add([["Screening Task", "status", "=", "Left Out"]])
		);
	},
};

// One day and one team for all chosen tasks; their order on the road is the route plan's matter.
function plan_visits(list) {
	const tasks = list.get_checked_items(true);
	socaid
		.plan_visit(__("Plan Visits"), ({ planned_on, visitors }) =>
			frappe.xcall("socaid_app.field_visits.visits.plan_for_tasks", { tasks, planned_on, officers: visitors })
		)
		.then((visits) => {
			frappe.show_alert({ message: __("{0} visits planned.", [visits.length]), indicator: "green" });
			list.clear_checked_items();
			list.refresh();
		});
}
