// A document follows its record; a paper is scanned later, and taken out only with a reason.
frappe.ui.form.on("Archive Document", {
	refresh(frm) {
		const from_record = Boolean(frm.doc.source_name);
		const paper = frm.doc.fixity === "Paper Only";
		["title", "archive_file", "section", "document_kind", "document_number", "document_date"].forEach((field) =>
			frm.set_df_property(field, "read_only", from_record ? 1 : 0)
		);
		frm.set_df_property("attachment", "read_only", from_record && !paper ? 1 : 0);
		frm.set_df_property("pages", "read_only", frm.doc.attachment || (from_record && !paper) ? 1 : 0);
		frm.set_query("archive_file", () => ({ filters: { status: "Being Filed" } }));
		if (frm.is_new() || frm.doc.withdrawn || !frm.perm[0].write) return;
		if (frm.doc.content_hash) {
			frm.add_custom_button(__("Verify Copy Now"), () =>
				frappe
					.xcall("socaid_app.assistance_archives.fixity.verify_now", { document: frm.doc.name })
					.then((state) => {
						frappe.show_alert({ message: __(state), indicator: state === "Intact" ? "green" : "red" });
						frm.reload_doc();
					})
			);
		}
		frm.add_custom_button(__("Take Out"), () =>
			frappe.prompt(
				[{ fieldname: "reason", fieldtype: "Small Text", label: __("Why Taken Out"), reqd: 1 }],
				({ reason }) =>
					frappe
						.xcall("socaid_app.assistance_archives.filing_by_hand.take_out", { document: frm.doc.name, reason })
						.then(() => frm.reload_doc()),
				__("Take Out"),
				__("Take Out")
			)
		);
	},
});
