frappe.ui.form.on("Policy Parameter", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.to_be_confirmed) {
			frm.page.set_indicator(__("To Be Confirmed"), "orange");
			frm.dashboard.set_headline_alert(
				__("This value is taken from a secondary source or from practice. Check it against the document, then confirm it."),
				"orange"
			);
			if (frappe.user.has_role(["Socaid Administrator", "County Approver"])) {
				frm.add_custom_button(__("Confirm Value"), () => confirm_value(frm)).addClass("btn-primary");
			}
		}
		if (frm.perm[0] && frm.perm[0].create) {
			frm.add_custom_button(__("New Value From a Date"), () => {
				const copy = frappe.model.copy_doc(frm.doc);
				Object.assign(copy, {
					effective_from: null,
					effective_to: null,
					confirmed_by: null,
					confirmed_on: null,
				});
				frappe.set_route("Form", "Policy Parameter", copy.name);
			});
		}
	},
});

function confirm_value(frm) {
	frappe.confirm(
		__("Confirm {0} = {1}? Your name and today's date are recorded.", [
			frappe.utils.escape_html(frm.doc.label),
			frappe.utils.escape_html(frm.doc.value),
		]),
		() =>
			frappe
				.xcall("socaid_app.socaid_app.doctype.policy_parameter.policy_parameter.confirm", {
					doctype: frm.doctype,
					name: frm.doc.name,
				})
				.then(() => frm.reload_doc())
	);
}
