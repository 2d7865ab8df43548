// An administrator sees no case; one may be opened to read for a day, with a reason that is logged.
frappe.provide("socaid");

const RECORDS = [
	"Assistance Application",
	"Recipient Household",
	"Recipient",
	"Entitlement",
	"Circumstance Change",
	"Household Investigation",
	"Check Report",
	"Democratic Review",
	"Publicity Notice",
	"Document Delivery",
];

socaid.open_case = function () {
	const dialog = new frappe.ui.Dialog({
		title: __("Open a Record"),
		fields: [
			{
				fieldname: "doctype",
				fieldtype: "Select",
				label: __("Record Type"),
				options: RECORDS.map((value) => ({ value, label: __(value) })),
				default: RECORDS[0],
				reqd: 1,
			},
			{ fieldname: "name", fieldtype: "Data", label: __("Number", null, "Archive File"), reqd: 1 },
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason"),
				reqd: 1,
				description: __("You may read the record for 24 hours. The reason is written to the access log."),
			},
		],
		primary_action_label: __("Open a Record"),
		primary_action: ({ doctype, name, reason }) =>
			frappe
				.xcall("socaid_app.permissions.break_glass.open_case", { doctype, name: name.trim(), reason })
				.then(
					() => {
						dialog.hide();
						// The permissions were sent with the page; a new one knows the record is open.
						window.location.assign(frappe.utils.get_form_link(doctype, name.trim()));
					},
					() => {} // the server's message is on the screen
				),
	});
	dialog.show();
};
