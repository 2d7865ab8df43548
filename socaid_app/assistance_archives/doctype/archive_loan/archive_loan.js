// Each state of a loan has one next step; who may take it is asked by the server too.
const LOANS = "loans";

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
		const { status, borrower } = frm.doc;
		const mine = borrower === frappe.session.user;
		// another person decides than who borrows and who asks
		const asks = mine || frm.doc.owner === frappe.session.user;
		const asked = frm.is_new() || (status === "Requested" && asks);
		["archive_file", "borrower", "borrower_unit", "purpose", "loan_kind", "due_on"].forEach((field) =>
			frm.set_df_property(field, "read_only", asked ? 0 : 1)
		);
		if (!asked) frm.disable_save();
		if (frm.is_new()) return;
		if (mine) tell_borrower(frm);
		if (!frm.perm[0].write || frm.is_dirty()) return;
		const step = (method, args = {}) =>
			socaid.archives.step(frm, `${LOANS}.${method}`, { loan: frm.doc.name, ...args });
		const approves = ["Archivist", "County Approver", "Service Manager"].some((role) =>
			frappe.user.has_role(role)
		);
		if (approves && !asks && status === "Requested") {
			frm.page.set_primary_action(__("Grant Loan"), () => step("grant"));
		}
		if (approves && !asks && ["Requested", "Granted"].includes(status)) {
			frm.add_custom_button(__("Refuse Loan"), () =>
				socaid.archives.ask(__("Refuse Loan"), __("Why Refused"), (values) => step("refuse", values))
			);
		}
		if (!frappe.user.has_role("Archivist") && !frm.doc.__onload?.keeps) return;
		if (status === "Granted") frm.page.set_primary_action(__("Hand Out"), () => hand_out(frm, step));
		if (["Lent", "Lost File"].includes(status)) {
			frm.page.set_primary_action(__("Take Return"), () => take_back(frm, step));
		}
		if (status === "Lent") {
			frm.add_custom_button(__("Report Lost"), () =>
				socaid.archives.ask(
					__("Report Lost"),
					__("How It Was Lost and What Was Done"),
					(values) => step("report_lost", values),
					"note"
				)
			);
		}
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

function hand_out(frm, step) {
	frappe.db.get_value("Archive File", frm.doc.archive_file, "page_count").then(({ message }) =>
		socaid.archives.prompt(
			__("Hand Out"),
			[
				{
					fieldname: "pages",
					fieldtype: "Int",
					label: __("Pages Counted"),
					default: message.page_count,
					reqd: 1,
				},
			],
			(values) => step("hand_out", values)
		)
	);
}

function take_back(frm, step) {
	socaid.archives.prompt(
		__("Take Return"),
		[
			{
				fieldname: "pages",
				fieldtype: "Int",
				label: __("Pages Counted"),
				reqd: 1,
				description: __("{0} pages were lent.", [frm.doc.pages_lent]),
			},
			{
				fieldname: "condition",
				fieldtype: "Select",
				label: __("Condition on Return"),
				options: ["Good Order", "Damaged", "Pages Missing"].map((value) => ({ value, label: __(value) })),
				default: "Good Order",
				reqd: 1,
			},
			{
				fieldname: "note",
				fieldtype: "Small Text",
				label: __("Note on the Return"),
				mandatory_depends_on: `eval:doc.condition !== "Good Order" || doc.pages < ${frm.doc.pages_lent}`,
			},
		],
		(values) => step("give_back", values)
	);
}
