frappe.ui.form.on("Case Reminder", {
	refresh(frm) {
		const open = ["Manual Needed", "Failed"].includes(frm.doc.status);
		if (!frm.is_new() && open && frm.perm[0] && frm.perm[0].write) {
			frm.add_custom_button(__("Record Manual Notice"), () => record(frm)).addClass("btn-primary");
		}
		if (frm.doc.reference_name) {
			frm.add_custom_button(__("Open Record"), () =>
				frappe.set_route("Form", frm.doc.reference_doctype, frm.doc.reference_name)
			);
		}
	},
});

function record(frm) {
	frappe.prompt(
		[
			{
				fieldname: "channel",
				fieldtype: "Select",
				label: __("Channel"),
				options: ["Phone", "SMS", "Visit", "E-mail"].map((value) => ({ value, label: __(value, null, frm.doctype) })),
				default: "Phone",
				reqd: 1,
			},
			{ fieldname: "note", fieldtype: "Small Text", label: __("Who was told, and what") },
		],
		(values) =>
			frappe
				.call({
					method: "socaid_app.socaid_app.doctype.case_reminder.case_reminder.record_manual_notice",
					args: { name: frm.doc.name, ...values },
				})
				.then(() => frm.reload_doc()),
		__("Record Manual Notice"),
		__("Save")
	);
}
