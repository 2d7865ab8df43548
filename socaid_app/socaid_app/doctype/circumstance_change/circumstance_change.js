frappe.ui.form.on("Circumstance Change", {
	setup(frm) {
		frm.set_query("entitlement", () => ({ filters: { household: frm.doc.household, docstatus: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "To Review") return;
		if (!(frm.perm[0] && frm.perm[0].write)) return;
		if (frm.doc.owner === frappe.session.user) {
			frm.dashboard.set_headline_alert(
				__("This change takes effect once another person has reviewed it."),
				"orange"
			);
			return;
		}
		const group = __("Review", null, "Case Reminder");
		frm.add_custom_button(__("Accept Change"), () => review(frm, 1), group);
		frm.add_custom_button(__("Refuse Change"), () => review(frm, 0), group);
	},
});

function review(frm, accepted) {
	frappe.prompt(
		[{ fieldname: "note", fieldtype: "Small Text", label: __("Review Note"), reqd: accepted ? 0 : 1 }],
		({ note }) =>
			frappe
				.xcall("socaid_app.socaid_app.doctype.circumstance_change.circumstance_change.review", {
					name: frm.doc.name,
					accepted,
					note: note || "",
				})
				.then(() => frm.reload_doc()),
		accepted ? __("Accept Change") : __("Refuse Change"),
		__("Record")
	);
}
