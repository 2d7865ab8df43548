// The printer button begins with the letter of the petition's stage (petition_desk/letters.py).
["Petition", "Petition Transfer"].forEach((doctype) =>
	frappe.ui.form.on(doctype, {
		refresh(frm) {
			const { letter } = frm.doc.__onload || {};
			if (letter) frm.meta.default_print_format = letter;
		},
	})
);
