// A full number is shown for a stated purpose, once, and never stored in the form; a new one is asked in a dialog.
frappe.provide("socaid");

socaid.MASKED_FIELDS = ["id_number", "document_number", "phone", "bank_account", "disability_certificate"];

socaid.reveal = function (recipient, fieldname, label, case_name = null) {
	const dialog = new frappe.ui.Dialog({
		title: __("Show {0} in Full", [label]),
		fields: [
			{
				fieldname: "purpose",
				fieldtype: "Small Text",
				label: __("Purpose"),
				reqd: 1,
				description: __("Who looked at the number, when and why is written to the access log."),
			},
		],
		primary_action_label: __("Show"),
		// The dialog stays open when the purpose is refused, so that it need not be typed again.
		primary_action: ({ purpose }) =>
			frappe
				.xcall("socaid_app.permissions.sensitive.reveal", {
					doctype: "Recipient",
					name: recipient,
					field: fieldname,
					purpose,
					case: case_name,
				})
				.then(
					(number) => {
						dialog.hide();
						show(label, number);
					},
					() => {} // the server's message is on the screen
				),
	});
	dialog.show();
};

// A masked number is not typed over: whoever clicks on it or begins to type is asked for the whole new one.
socaid.offer_change = function (frm, fieldname) {
	const { $input, df } = frm.get_field(fieldname);
	if (!$input) return;
	const label = __(df.label, null, frm.doctype);
	$input.off(".socaid-change").on("click.socaid-change keydown.socaid-change", (event) => {
		const only_passing = event.type === "keydown" && (event.key.length > 1 || event.ctrlKey || event.metaKey);
		const masked = String(frm.doc[fieldname] || "").includes("*");
		if (!masked || only_passing || $input.prop("disabled") || $input.prop("readonly")) return;
		event.preventDefault();
		$input.blur();
		change(frm, fieldname, label);
	});
};

function change(frm, fieldname, label) {
	const dialog = new frappe.ui.Dialog({
		title: __("Change {0}", [label]),
		fields: [
			{
				fieldname: "number",
				fieldtype: "Data",
				label: __("The Whole New Number"),
				reqd: 1,
				description: __("Until now: {0}", [frappe.utils.escape_html(frm.doc[fieldname])]),
			},
		],
		primary_action_label: __("Save"),
		// What the server refuses stands in the form then, to be put right there.
		async primary_action({ number }) {
			dialog.hide();
			await frm.set_value(fieldname, number);
			await frm.save();
		},
	});
	if (fieldname === "id_number") socaid.watch_id_number(dialog.fields_dict.number);
	// Nothing of the number stays on the page.
	dialog.onhide = () => dialog.$wrapper.remove();
	dialog.show();
}

function show(label, number) {
	if (!number) {
		frappe.msgprint({ title: label, message: __("Not recorded"), indicator: "blue" });
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: label,
		size: "small",
		fields: [{ fieldname: "number", fieldtype: "HTML" }],
		primary_action_label: __("Copy"),
		primary_action: () => frappe.utils.copy_to_clipboard(number),
	});
	dialog.fields_dict.number.$wrapper.html(
		`<p class="socaid-number">${frappe.utils.escape_html(number)}</p>
		<p class="text-muted">${__("This look has been written to the access log.")}</p>`
	);
	// Nothing of the number stays on the page.
	dialog.onhide = () => dialog.$wrapper.remove();
	dialog.show();
}
