frappe.ui.form.on("Assistance Standard", {
	refresh(frm) {
		if (frm.doc.docstatus !== 1 || !frm.doc.to_be_confirmed) return;
		frm.dashboard.set_headline_alert(
			__("This amount is taken from a secondary source or inferred. Check it against the document, then confirm it."),
			"orange"
		);
		if (frappe.user.has_role(["Socaid Administrator", "County Approver"])) {
			frm.add_custom_button(__("Confirm Value"), () =>
				frappe
					.xcall("socaid_app.socaid_app.doctype.policy_parameter.policy_parameter.confirm", {
						doctype: frm.doctype,
						name: frm.doc.name,
					})
					.then(() => frm.reload_doc())
			).addClass("btn-primary");
		}
	},
});
