// A full number is shown for a stated purpose, once, and never stored in the form.
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
