frappe.ui.form.on("Screening Task", {
	setup(frm) {
		frm.set_query("officer", () => ({ filters: { active: 1 } }));
	},

	refresh(frm) {
		if (!frm.perm[0] || !frm.perm[0].write) return;
		frm.trigger("offer_visit");
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
