// The day and the two persons of a visit that follows from another record.
frappe.provide("socaid");

socaid.plan_visit = function (title, plan) {
	return new Promise((resolve) => {
		const officer = (fieldname, label) => ({
			fieldname,
			fieldtype: "Link",
			options: "Visit Officer",
			label,
			reqd: 1,
			get_query: () => ({ filters: { active: 1 } }),
		});
		const dialog = new frappe.ui.Dialog({
			title,
			fields: [
				{
					fieldname: "planned_on",
					fieldtype: "Date",
					label: __("Planned On"),
					default: frappe.datetime.get_today(),
					reqd: 1,
				},
				officer("first", __("First Officer")),
				officer("second", __("Second Officer")),
			],
			primary_action_label: __("Plan Visit"),
			// The dialog stays open when a person is refused, so that another can be chosen.
			primary_action: ({ planned_on, first, second }) =>
				plan({ planned_on, visitors: [first, second] }).then(
					(visit) => {
						dialog.hide();
						resolve(visit);
					},
					() => {} // the server's message is on the screen
				),
		});
		dialog.show();
	});
};
