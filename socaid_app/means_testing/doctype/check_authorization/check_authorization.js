frappe.ui.form.on("Check Authorization", {
	refresh(frm) {
		if (!frm.is_new() && frm.doc.status === "In Force" && frm.perm[0] && frm.perm[0].write) {
			frm.add_custom_button(__("Withdraw"), () =>
				frappe.confirm(__("Record that this person withdraws the authorisation today?"), () => {
					frm.set_value("status", "Withdrawn");
					frm.save();
				})
			);
		}
		if (frm.doc.application) {
			frm.add_custom_button(__("Application"), () =>
				frappe.set_route("Form", "Assistance Application", frm.doc.application)
			);
		}
	},

	onload(frm) {
		// Computed on saving from the validity of a check report, unless another date is entered.
		frm.toggle_reqd("valid_until", false);
	},
});
