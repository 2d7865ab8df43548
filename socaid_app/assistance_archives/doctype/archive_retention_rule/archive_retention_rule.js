frappe.ui.form.on("Archive Retention Rule", {
	refresh(frm) {
		["archive_class", "category", "permanent", "years", "effective_from"].forEach((field) =>
			frm.set_df_property(field, "read_only", frm.is_new() ? 0 : 1)
		);
		frm.set_df_property("effective_to", "read_only", 1);
		if (frm.is_new())
			frm.set_intro(__("A new rule ends the one in force on the day before; periods that have begun stay."), "blue");
	},
});
