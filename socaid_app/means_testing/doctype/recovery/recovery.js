frappe.ui.form.on("Recovery", {
	setup(frm) {
		frm.set_query("entitlement", () => (frm.doc.household ? { filters: { household: frm.doc.household } } : {}));
	},
});
