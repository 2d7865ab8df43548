// The ledger is read here, never edited: a change comes with a decision.
frappe.ui.form.on("Entitlement", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.previous_entitlement) {
			frm.add_custom_button(__("Previous Entitlement"), () =>
				frappe.set_route("Form", "Entitlement", frm.doc.previous_entitlement)
			);
		}
	},
});
