// The sample is drawn and looked at by the machine first; the inspector judges and finishes.

frappe.ui.form.on("Disclosure Inspection", {
	setup(frm) {
		frm.set_query("division", () => ({ filters: { level: ["in", ["Township", "Village"]] } }));
	},

	onload(frm) {
		if (!frm.is_new() || frm.doc.period_from) return;
		frm.set_value("period_from", frappe.datetime.add_months(frappe.datetime.month_start(), -1));
		frm.set_value("period_to", frappe.datetime.get_today());
	},

	refresh(frm) {
		frm.set_df_property("items", "cannot_add_rows", 1);
		frm.set_df_property("items", "cannot_delete_rows", 1);
		if (frm.doc.status === "Inspection Under Way" && (frm.doc.items || []).length) {
			frm.set_intro(__("Correct the answers of the machine where you see it otherwise, save, then finish."));
		}
	},
});
