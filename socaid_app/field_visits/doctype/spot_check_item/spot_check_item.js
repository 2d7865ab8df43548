// A sampled visit: plan the second look by other people, then enter what they found.
frappe.ui.form.on("Spot Check Item", {
	setup(frm) {
		frm.set_query("officer", () => ({ filters: { active: 1 } }));
	},

	refresh(frm) {
		frm.set_df_property("result", "read_only", frm.doc.revisit ? 0 : 1);
		if (!frm.doc.revisit && frm.perm[0].write) {
			frm.add_custom_button(__("Plan Revisit"), () =>
				socaid.plan_visit(__("Plan Revisit"), (values) =>
					frappe.xcall("socaid_app.field_visits.revisits.schedule", { item: frm.doc.name, ...values })
				).then(() => frm.reload_doc())
			).addClass("btn-primary");
		}
	},
});
