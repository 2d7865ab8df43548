frappe.ui.form.on("Assistance Standard", {
	refresh(frm) {
		if (!frm.is_new()) frm.page.set_title(__(frm.doc.kind, null, frm.doctype));
		if (frm.doc.docstatus !== 1) return;
		const figures = frm.doc.kind === "Care" ? ["care_self", "care_half", "care_full"] : ["amount"];
		socaid.offer_confirmation(
			frm,
			__(frm.doc.kind, null, frm.doctype),
			figures.map((field) => format_currency(frm.doc[field], "CNY")).join(" / "),
			__("This amount is taken from a secondary source or inferred. Check it against the document, then confirm it.")
		);
	},
});
