// Made by the petition's steps; here its receipt and the unit's report are recorded.
frappe.ui.form.on("Petition Transfer", {
	refresh(frm) {
		["petition", "kind", "to_unit", "to_division", "reason", "sent_on", "feedback_required", "due_on"].forEach(
			(field) => frm.set_df_property(field, "read_only", 1)
		);
		if (frm.is_new()) {
			frm.disable_save();
			frm.set_intro(__("Use “Pass On” or “Send Back” on the petition."), "orange");
		}
	},
});
