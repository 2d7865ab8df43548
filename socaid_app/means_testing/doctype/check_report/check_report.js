frappe.ui.form.on("Check Report", {
	onload(frm) {
		if (frm.is_new() && frm.doc.application && !frm.doc.purpose) {
			frappe.db
				.get_value("Assistance Application", frm.doc.application, ["applicant_name", "category"])
				.then(({ message }) => {
					const text = __("Economic situation of the household of {0} for {1}", [
						message.applicant_name,
						message.category,
					]);
					frm.set_value("purpose", text);
				});
		}
	},

	refresh(frm) {
		if (frm.doc.application) {
			frm.add_custom_button(__("Application"), () =>
				frappe.set_route("Form", "Assistance Application", frm.doc.application)
			);
		}
	},
});
