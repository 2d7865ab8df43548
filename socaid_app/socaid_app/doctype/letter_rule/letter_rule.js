frappe.ui.form.on("Letter Rule", {
	setup(frm) {
		frm.set_query("print_format", () => ({ filters: { doc_type: frm.doc.document_type, disabled: 0 } }));
	},

	refresh(frm) {
		const { description } = frappe.meta.get_docfield(frm.doctype, "stages");
		const shown = frm.doc.__onload?.stages;
		frm.get_field("stages").set_description([shown, __(description, null, frm.doctype)].filter(Boolean).join("<br>"));
	},
});
