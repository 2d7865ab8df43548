frappe.ui.form.on("Policy Parameter", {
	refresh(frm) {
		if (frm.is_new()) return;
		socaid.offer_confirmation(
			frm,
			frm.doc.label,
			[frm.doc.value, __(frm.doc.unit || "")].filter(Boolean).join(" "),
			__("This value is taken from a secondary source or from practice. Check it against the document, then confirm it.")
		);
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
