// Reported, looked into by somebody else than who prepared the notice, put right in public or answered.
frappe.ui.form.on("Disclosure Correction", {
	refresh(frm) {
		["investigation", "measure", "problem_published"].forEach((field) => frm.set_df_property(field, "read_only", 1));
		if (frm.doc.status === "Put Right") {
			frm.set_intro(__("The drafts wait for the review of another person before they are posted."));
		}
	},
});
