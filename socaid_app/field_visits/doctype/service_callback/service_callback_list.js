frappe.listview_settings["Service Callback"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { "To Do": "orange", Done: "green", "Not Reached": "red" };
		return [__(doc.status, null, "Service Callback"), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(listview) {
		const today = frappe.datetime.get_today();
		const days = {
			[__("Overdue")]: ["<", today],
			[__("Due This Week")]: ["between", [today, frappe.datetime.add_days(today, 6)]],
			[__("Due This Month")]: ["between", [frappe.datetime.month_start(), frappe.datetime.month_end()]],
		};
		Object.entries(days).forEach(([label, [operator, value]]) =>
			listview.page.add_inner_button(
				label,
				() =>
					listview.filter_area.clear(false).then(() =>
						listview.filter_area.add([
							["Service Callback", "due_on", operator, value],
							["Service Callback", "status", "!=", "Done"],
						])
					),
				__("Due")
			)
		);
	},
};
