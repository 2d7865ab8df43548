// Figures from a second-hand or inferred source carry the mark 待核实 until an officer vouches for them.
frappe.provide("socaid");

const MAY_CONFIRM = ["Socaid Administrator", "County Approver", "System Manager"];

// Marks the form and offers the confirmation; ``label`` and ``value`` are what the question names.
socaid.offer_confirmation = function (frm, label, value, explanation) {
	if (frm.is_new() || !frm.doc.to_be_confirmed) return;
	frm.page.set_indicator(__("To Be Confirmed"), "orange");
	frm.dashboard.set_headline_alert(explanation, "orange");
	if (!frappe.user.has_role(MAY_CONFIRM)) return;
	frm.add_custom_button(__("Confirm Value"), () =>
		frappe.confirm(
			__("Confirm {0} = {1}? Your name and today's date are recorded.", [
				frappe.utils.escape_html(label),
				frappe.utils.escape_html(value),
			]),
			() =>
				frappe
					.xcall("socaid_app.socaid_app.doctype.policy_parameter.policy_parameter.confirm", {
						doctype: frm.doctype,
						name: frm.doc.name,
					})
					.then(() => frm.reload_doc())
		)
	).addClass("btn-primary");
};
