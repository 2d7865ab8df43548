frappe.ui.form.on("Screening Task", {
	setup(frm) {
		frm.set_query("officer", () => ({ filters: { active: 1 } }));
	},

	refresh(frm) {
		if (!frm.perm[0] || !frm.perm[0].write) return;
		if (["To Do", "Scheduled", "Under Way"].includes(frm.doc.status)) frm.trigger("offer_reschedule");
		frm.trigger("offer_visit");
	},

	offer_reschedule(frm) {
		frm.add_custom_button(__("Reschedule"), () =>
			frappe.prompt(
				[
					{ fieldname: "due_on", fieldtype: "Date", label: __("New Due Date"), reqd: 1, default: frm.doc.due_on },
					{
						fieldname: "reason",
						fieldtype: "Small Text",
						label: __("Reason for Rescheduling"),
						description: __("Bad weather, illness or the like."),
						reqd: 1,
					},
				],
				(values) =>
					frappe
						.xcall("socaid_app.field_visits.planning.reschedule", { task: frm.doc.name, ...values })
						.then(() => frm.reload_doc()),
				__("Reschedule")
			)
		);
	},

	offer_visit(frm) {
		if (["To Do", "Cannot Visit"].includes(frm.doc.status) && frappe.model.can_create("Home Visit")) {
			frm.add_custom_button(__("Plan Visit"), () =>
				frappe.prompt(
					[
						{
							fieldname: "planned_on",
							fieldtype: "Date",
							label: __("Planned On"),
							reqd: 1,
							default: frappe.datetime.get_today(),
						},
						officer_field("first", __("First Visitor"), frm.doc.officer),
						officer_field("second", __("Second Visitor")),
					],
					({ planned_on, first, second }) =>
						frappe
							.xcall("socaid_app.field_visits.visits.plan_for_tasks", {
								tasks: [frm.doc.name],
								planned_on,
								officers: [first, second],
							})
							.then(([visit]) =>
								visit ? frappe.set_route("Form", "Home Visit", visit) : frm.reload_doc()
							),
					__("Plan Visit")
				)
			);
		}
	},
});

function officer_field(fieldname, label, value) {
	return {
		fieldname,
		fieldtype: "Link",
		options: "Visit Officer",
		label,
		reqd: 1,
		default: value,
		get_query: () => ({ filters: { active: 1 } }),
	};
}
