frappe.ui.form.on("Notice Delivery", {
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
	frappe.prompt(
		[
			{
				fieldname: "method",
				fieldtype: "Select",
				label: __("Delivery Method"),
				options: ["Direct", "Left at Home", "Post", "Through Township", "Electronic", "Public Notice"].map(
					(value) => ({ value, label: __(value, null, frm.doctype) })
				),
				default: "Direct",
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
					method: "socaid_app.assistance_intake.doctype.notice_delivery.notice_delivery.deliver",
					args: { name: frm.doc.name, ...values },
					freeze: true,
				})
				.then(() => frm.reload_doc()),
		__("Record Delivery"),
		__("Save")
	);
}
