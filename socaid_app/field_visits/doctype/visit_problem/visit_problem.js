// Followed step by step until it is closed with a result.
frappe.ui.form.on("Visit Problem", {
	refresh(frm) {
		if (frm.is_new()) return;
		const closed = frm.doc.status === "Closed";
		frm.set_df_property("result", "read_only", 1);
		if (!frm.perm[0].write) return;
		if (closed) {
			frm.add_custom_button(__("Take Up Again"), () => ask(frm, "reopen", "reason", __("Reason")));
		} else {
			frm.add_custom_button(__("Add Follow-up"), () => ask(frm, "follow_up", "action", __("What was done")));
			frm.add_custom_button(__("Close Problem"), () => ask(frm, "close", "result", __("Result", null, "Visit Problem"))).addClass(
				"btn-primary"
			);
		}
	},
});

function ask(frm, method, argument, label) {
	frappe.prompt({ fieldname: argument, fieldtype: "Small Text", label, reqd: 1 }, (values) =>
		frappe
			.xcall(`socaid_app.field_visits.problems.${method}`, { problem: frm.doc.name, ...values })
			.then(() => frm.reload_doc())
	);
}
