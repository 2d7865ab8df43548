// Followed step by step until it is closed with a result.
frappe.ui.form.on("Visit Problem", {
	refresh(frm) {
		if (frm.is_new() || frm.doc.status === "Closed") return;
		if (frm.perm[0].write) frm.add_custom_button(__("Add Follow-up"), () => ask_for_follow_up(frm));
	},
});

function ask_for_follow_up(frm) {
	frappe.prompt({ fieldname: "action", fieldtype: "Small Text", label: __("What was done"), reqd: 1 }, (values) =>
		frappe
			.xcall("socaid_app.field_visits.problems.follow_up", { problem: frm.doc.name, ...values })
			.then(() => frm.reload_doc())
	);
}
