const VISIT_COLOURS = { Planned: "blue", "Under Way": "orange", Finished: "yellow", Reviewed: "green", Cancelled: "gray" };

frappe.listview_settings["Home Visit"] = {
	add_fields: ["status", "due_back_at", "risk_level"],
	has_indicator_for_draft: 1,
	get_indicator(doc) {
		if (doc.status === "Under Way" && doc.due_back_at && doc.due_back_at < frappe.datetime.now_datetime()) {
			return [__("Check-out Overdue"), "red", "status,=,Under Way"];
		}
		return [__(doc.status, null, "Home Visit"), VISIT_COLOURS[doc.status], `status,=,${doc.status}`];
	},
	onload(list) {
		list.page.add_inner_button(__("My Visits Today"), () =>
			list.filter_area
				.clear()
				.then(() =>
					list.filter_area.add([
						["Home Visit", "planned_on", "=", frappe.datetime.get_today()],
						["Home Visit Visitor", "user", "=", frappe.session.user],
					])
				)
		);
	},
};
