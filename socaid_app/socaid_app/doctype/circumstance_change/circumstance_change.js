frappe.ui.form.on("Circumstance Change", {
	setup(frm) {
		frm.set_query("entitlement", () => ({ filters: { household: frm.doc.household, docstatus: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "To Review" || frm.doc.owner !== frappe.session.user) return;
		frm.dashboard.set_headline_alert(
			__("This change takes effect once another person has reviewed it."),
			"orange"
		);
	},
});
