frappe.ui.form.on("Figures Statement", {
	refresh(frm) {
		const figures = frm.doc.__onload?.figures;
		frm.get_field("figures_html").html(figures || "");
		frm.toggle_display("figures_section", Boolean(figures));
	},
});
