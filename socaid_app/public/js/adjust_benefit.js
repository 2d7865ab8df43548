// A benefit, and a change in the family that bears on it, lead to the adjustment that changes it.
for (const doctype of ["Entitlement", "Circumstance Change"]) {
	frappe.ui.form.on(doctype, {
		refresh(frm) {
			const entitlement = doctype === "Entitlement" ? frm.doc.name : frm.doc.entitlement;
			const open = doctype === "Entitlement" ? frm.doc.docstatus === 1 : frm.doc.status === "In Effect";
			if (!entitlement || !open || !frappe.model.can_create("Benefit Adjustment")) return;
			frm.add_custom_button(__("Adjust Benefit"), () =>
				frappe.new_doc("Benefit Adjustment", {
					entitlement,
					...(doctype === "Circumstance Change" && {
						reference_doctype: doctype,
						reference_name: frm.doc.name,
					}),
				})
			);
		},
	});
}
