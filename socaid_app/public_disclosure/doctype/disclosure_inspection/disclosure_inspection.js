// The sample is drawn and looked at by the machine first; the inspector judges and finishes.
const INSPECTIONS = "socaid_app.public_disclosure.inspections.";

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
		if (frm.is_new() || !frm.perm[0] || !frm.perm[0].write || frm.is_dirty()) return;
		if (frm.doc.status !== "Inspection Under Way") return;
		const drawn = (frm.doc.items || []).length;
		frm.page.set_primary_action(drawn ? __("Finish Inspection") : __("Draw Items"), () =>
			frappe
				.call({
					method: INSPECTIONS + (drawn ? "finish" : "draw"),
					args: { inspection: frm.doc.name },
					freeze: true,
				})
				.then(() => frm.reload_doc())
		);
		if (drawn) {
			frm.set_intro(__("Correct the answers of the machine where you see it otherwise, save, then finish."));
		}
	},
});
