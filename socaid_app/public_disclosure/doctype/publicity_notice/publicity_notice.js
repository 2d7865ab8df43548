const METHOD = "socaid_app.public_disclosure.publicity.";

frappe.ui.form.on("Publicity Notice", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0] || !frm.perm[0].write) return;
		const { status, prepared_by } = frm.doc;
		if (status === "Draft" && prepared_by !== frappe.session.user) {
			frm.add_custom_button(__("Review and Post"), () => post(frm)).addClass("btn-primary");
		}
		if (status === "In Publicity" || status === "Objection Raised") {
			frm.add_custom_button(__("Record Objection"), () => record_objection(frm));
		}
		if ((frm.doc.objections || []).some((row) => !row.resolved)) {
			frm.add_custom_button(__("Settle Objection"), () => settle(frm));
		}
		if (["Draft", "In Publicity"].includes(status)) {
			frm.add_custom_button(__("Withdraw"), () => withdraw(frm));
		}
		if (status === "Draft") {
			frm.set_intro(
				prepared_by === frappe.session.user
					? __("Another person reviews this notice for privacy and posts it.")
					: __("Check that nothing but these values appears on the board, then post the notice.")
			);
		}
		if (frm.doc.ends_provisional) {
			frm.set_intro(__("The last day is provisional: the holidays of that year are not announced."), "orange");
		}
	},
});

function run(frm, method, args) {
	return frappe
		.call({ method: METHOD + method, args: { name: frm.doc.name, ...args }, freeze: true })
		.then(() => frm.reload_doc());
}

function post(frm) {
	frappe.confirm(
		__("Post this notice? Its content can no longer be changed."),
		() => run(frm, "publish", {})
	);
}

function record_objection(frm) {
	frappe.prompt(
		[
			{ fieldname: "received_on", fieldtype: "Date", label: __("Received On"), default: "Today", reqd: 1 },
			{
				fieldname: "objector",
				fieldtype: "Data",
				label: __("Objector"),
				description: __("May stay anonymous; never shown to the accused unit."),
			},
			{ fieldname: "content", fieldtype: "Small Text", label: __("Content"), reqd: 1 },
		],
		(values) => run(frm, "record_objection", values),
		__("Record Objection"),
		__("Save")
	);
}

function settle(frm) {
	const open = frm.doc.objections.filter((row) => !row.resolved);
	frappe.prompt(
		[
			{
				fieldname: "row",
				fieldtype: "Select",
				label: __("Objection"),
				options: open.map((row) => ({ value: row.name, label: `${row.idx}. ${row.content.slice(0, 40)}` })),
				default: open[0].name,
				reqd: 1,
			},
			{ fieldname: "resolution", fieldtype: "Small Text", label: __("Resolution"), reqd: 1 },
		],
		(values) => run(frm, "resolve_objection", values),
		__("Settle Objection"),
		__("Save")
	);
}

function withdraw(frm) {
	frappe.prompt(
		[{ fieldname: "reason", fieldtype: "Small Text", label: __("Withdrawal Reason"), reqd: 1 }],
		(values) => run(frm, "withdraw", values),
		__("Withdraw"),
		__("Withdraw")
	);
}
