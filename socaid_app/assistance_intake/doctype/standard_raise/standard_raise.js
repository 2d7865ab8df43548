frappe.ui.form.on("Standard Raise", {
	setup(frm) {
		frm.set_query("entitlement", () => ({
			filters: { household: frm.doc.household, docstatus: 1, status: "Active" },
		}));
		frm.set_query("household", () => ({ filters: { status: "Active" } }));
		frm.set_query("category", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.perm[0] || !frm.perm[0].write) return;
		const next = {
			Accepted: ["Verifying"],
			Verifying: ["Verified"],
			Verified: frm.doc.verified_by === frappe.session.user ? [] : ["Approved", "Not Approved"],
			Approved: ["Notified"],
			"Not Approved": ["Notified"],
		};
		(next[frm.doc.status] || []).forEach((status) =>
			frm.add_custom_button(
				__(status),
				() => {
					frm.set_value("status", status);
					frm.save();
				},
				__("Next Step")
			)
		);
		if (frm.doc.due_provisional) {
			frm.set_intro(__("The due date is provisional: the holidays of that year are not announced."), "orange");
		}
	},
});
