frappe.ui.form.on("Document Delivery", {
	setup(frm) {
		frm.set_query("document_kind", () => ({ filters: { is_delivered: 1 } }));
	},

	refresh(frm) {
		if (!frm.is_new() && frm.doc.status !== "Delivered" && frm.perm[0] && frm.perm[0].write) {
			frm.add_custom_button(__("Record Delivery"), () => deliver(frm)).addClass("btn-primary");
		}
		if (frm.doc.due_provisional) {
			frm.set_intro(__("The due date is provisional: the holidays of that year are not announced."), "orange");
		}
		frm.set_df_property("content", "read_only", frm.is_new() ? 0 : 1);
	},
});

function deliver(frm) {
	const ways = frappe.meta.get_docfield(frm.doctype, "method").options.split("\n").filter(Boolean);
	frappe.prompt(
		[
			{
				fieldname: "method",
				fieldtype: "Select",
				label: __("Way of Delivery"),
				options: ways.map((value) => ({ value, label: __(value, null, frm.doctype) })),
				default: ways[0],
				reqd: 1,
			},
			{ fieldname: "delivered_on", fieldtype: "Date", label: __("Delivered On"), default: "Today", reqd: 1 },
			{ fieldname: "received_by", fieldtype: "Data", label: __("Received By") },
			{ fieldname: "refusal_note", fieldtype: "Small Text", label: __("Refusal to Sign") },
			{ fieldname: "receipt", fieldtype: "Attach", label: __("Signed Receipt") },
		],
		(values) =>
			frappe
				.call({
					method: "socaid_app.casework.deliveries.deliver",
					args: { name: frm.doc.name, ...values },
					freeze: true,
				})
				.then(() => frm.reload_doc()),
		__("Record Delivery"),
		__("Save")
	);
}
