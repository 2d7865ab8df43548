frappe.ui.form.on("Update Task", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Households Not Updated"), () =>
			frappe.set_route("query-report", "Households Not Updated", { task: frm.doc.name })
		);
	},
});
