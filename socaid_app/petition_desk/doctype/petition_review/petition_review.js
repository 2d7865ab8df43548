// The opinion is written on the form and given by a step (petition_desk/reviews.py).
frappe.ui.form.on("Petition Review", {
	setup(frm) {
		frm.set_query("petition", () => ({ filters: { status: ["in", ["Answered", "Concluded"]] } }));
	},

	refresh(frm) {
		const open = frm.doc.status === "Asked For";
		["conclusion", "findings", "opinion", "legal_basis", "request", "reviewing_body", "handler"].forEach(
			(field) => frm.set_df_property(field, "read_only", open ? 0 : 1)
		);
		frm.set_df_property("refusal_reason", "read_only", 1);
		// the clock rests on these
		["petition", "stage", "requested_on"].forEach((field) =>
			frm.set_df_property(field, "read_only", frm.is_new() ? 0 : 1)
		);
	},
});
