// A full number is shown for a stated purpose, once, and never stored in the form.
frappe.provide("socaid");

socaid.MASKED_FIELDS = ["id_number", "phone", "bank_account", "disability_certificate"];

socaid.reveal = function (recipient, fieldname, label, case_name = null) {
	frappe.prompt(
		[
			{
				fieldname: "purpose",
				fieldtype: "Small Text",
				label: __("Purpose"),
				reqd: 1,
				description: __("Who looked at the number, when and why is written to the access log."),
			},
		],
		({ purpose }) =>
			frappe.call({
				method: "socaid_app.permissions.sensitive.reveal",
				args: { doctype: "Recipient", name: recipient, field: fieldname, purpose, case: case_name },
				freeze: true,
				callback({ message }) {
					frappe.msgprint({
						title: label,
						message: `<span class="socaid-number">${frappe.utils.escape_html(
							message || __("Not recorded")
						)}</span>`,
						indicator: "blue",
					});
				},
			}),
		__("Show {0} in Full", [label]),
		__("Show")
	);
};
