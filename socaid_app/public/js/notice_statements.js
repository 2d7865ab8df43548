// What people say about a notice: the county decides whether it is an objection (public_disclosure/objections.py).
const OBJECTIONS = "socaid_app.public_disclosure.objections.";

frappe.ui.form.on("Publicity Notice", {
	refresh(frm) {
		const found = frm.doc.__onload && frm.doc.__onload.statements;
		if (!found) return;
		frm.dashboard.set_headline_alert(
			__("{0} statements about this notice wait for the county to look at them; it does not end before.", [found]),
			"orange"
		);
		frappe.xcall(OBJECTIONS + "waiting", { name: frm.doc.name }).then((rows) => {
			if (rows.length) frm.add_custom_button(__("Look at Statements"), () => decide(frm, rows[0]), __("Next Step"));
		});
	},
});

frappe.ui.form.on("Petition", {
	refresh(frm) {
		if (frm.doc.objection_state !== "To Be Looked At") return;
		frappe.xcall(OBJECTIONS + "waiting", { name: frm.doc.publicity_notice }).then((rows) => {
			const row = rows.find(({ name }) => name === frm.doc.name);
			if (row) frm.add_custom_button(__("Objection to the Notice?"), () => decide(frm, row), __("Next Step"));
		});
	},
});

function decide(frm, row) {
	const run = (method, args) =>
		frappe
			.call({ method: OBJECTIONS + method, args: { petition: row.name, ...args }, freeze: true })
			.then(() => dialog.hide())
			.then(() => frm.reload_doc());
	const dialog = new frappe.ui.Dialog({
		title: __("Objection to the Notice?"),
		fields: [
			{
				fieldtype: "HTML",
				options: `<p class="text-muted">${frappe.datetime.str_to_user(row.received_on)}</p>
					<p style="white-space: pre-wrap">${frappe.utils.escape_html(row.content)}</p>`,
			},
			{
				fieldname: "decision",
				fieldtype: "Select",
				label: __("Decision"),
				options: [
					{ value: "count", label: __("Counts as Objection") },
					{ value: "dismiss", label: __("No Objection") },
				],
				reqd: 1,
			},
			{
				fieldname: "content",
				fieldtype: "Small Text",
				label: __("What Is Objected To"),
				description: __("The township reads this: do not tell who objects."),
				depends_on: `eval:doc.decision === "count" && !${row.restricted}`,
				mandatory_depends_on: `eval:doc.decision === "count" && !${row.restricted}`,
			},
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Why No Objection"),
				depends_on: 'eval:doc.decision === "dismiss"',
				mandatory_depends_on: 'eval:doc.decision === "dismiss"',
			},
		],
		primary_action_label: __("Decide"),
		primary_action({ decision, content, reason }) {
			run(decision, decision === "count" ? { content } : { reason });
		},
	});
	dialog.show();
}
