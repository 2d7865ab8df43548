frappe.ui.form.on("Standard Raise", {
	setup(frm) {
		frm.set_query("entitlement", () => ({
			filters: { household: frm.doc.household, docstatus: 1, status: "Active" },
		}));
		frm.set_query("household", () => ({ filters: { status: "Active" } }));
		frm.set_query("category", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		if (frm.doc.due_provisional) {
			frm.set_intro(__("The due date is provisional: the holidays of that year are not announced."), "orange");
		}
	},
});
