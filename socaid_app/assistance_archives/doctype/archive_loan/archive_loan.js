// A request is written by whoever makes it; its steps come from the server.
frappe.ui.form.on("Archive Loan", {
	setup(frm) {
		frm.set_query("archive_file", () => ({ filters: { status: ["not in", ["Destroyed", "Lent"]] } }));
		frm.get_field("archive_file").df.filter_description = __("Files that are at hand.");
	},

	onload(frm) {
		if (!frm.is_new()) return;
		if (!frm.doc.borrower) frm.set_value("borrower", frappe.session.user);
		frm.trigger("loan_kind");
	},

	loan_kind(frm) {
		if (frm.doc.loan_kind !== "Take Out") frm.set_value("due_on", frappe.datetime.get_today());
	},

	refresh(frm) {
		const { borrower, owner, status } = frm.doc;
		const mine = borrower === frappe.session.user;
		const asks = mine || owner === frappe.session.user;
		const asked = frm.is_new() || (status === "Requested" && asks);
		["archive_file", "borrower", "borrower_unit", "purpose", "loan_kind", "due_on"].forEach((field) =>
			frm.set_df_property(field, "read_only", asked ? 0 : 1)
		);
		if (!asked) {
			frm.disable_save();
			socaid.steps.front(frm);
		}
		if (mine && !frm.is_new()) tell_borrower(frm);
	},
});

function tell_borrower(frm) {
	const next = {
		Requested: __("Waits for the decision of an archivist, a county approver or a service manager."),
		Granted: __("Granted: fetch the file from the archivist."),
		Lent: __("Bring the file back to the archivist by {0}.", [frappe.datetime.str_to_user(frm.doc.due_on)]),
	}[frm.doc.status];
	if (next) frm.set_intro(next, frm.doc.due_status === "Overdue" ? "orange" : "blue");
}
