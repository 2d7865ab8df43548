// The calculation line by line, as on an application.
frappe.ui.form.on("Household Reassessment", {
	refresh(frm) {
		const result = frm.doc.assessment ? JSON.parse(frm.doc.assessment) : { lines: [] };
		frm.get_field("lines").$wrapper.html(socaid.assessment_table(result.lines));
		if (frm.doc.incomplete) frm.dashboard.set_headline_alert(frappe.utils.escape_html(frm.doc.incomplete), "orange");
	},
});
