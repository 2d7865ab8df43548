// Made by the petition's steps; here its receipt and the unit's report are recorded.
frappe.ui.form.on("Petition Transfer", {
	refresh(frm) {
		["petition", "kind", "to_unit", "to_division", "reason", "sent_on", "feedback_required", "due_on"].forEach(
			(field) => frm.set_df_property(field, "read_only", 1)
		);
		if (frm.is_new()) {
			frm.disable_save();
			frm.set_intro(__("Use “Pass On” or “Send Back” on the petition."), "orange");
			return;
		}
		if (!frm.perm[0].write || frm.is_dirty() || frm.doc.feedback_on) return;
		frm.page.set_primary_action(__("Record the Report"), () =>
			frappe.prompt(
				[
					{
						fieldname: "feedback_on",
						label: __("Reported Back On"),
						fieldtype: "Date",
						default: frappe.datetime.get_today(),
						reqd: 1,
					},
					{
						fieldname: "feedback",
						label: __("Report on Handling"),
						fieldtype: "Small Text",
						reqd: 1,
					},
				],
				(values) =>
					frappe
						.xcall("socaid_app.petition_desk.transfers.report_back", {
							transfer: frm.doc.name,
							...values,
						})
						.then(() => frm.reload_doc()),
				__("Record the Report")
			)
		);
	},
});
