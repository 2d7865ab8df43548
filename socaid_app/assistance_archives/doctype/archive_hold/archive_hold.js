frappe.ui.form.on("Archive Hold", {
	refresh(frm) {
		["archive_file", "kind", "reference", "reason"].forEach((field) =>
			frm.set_df_property(field, "read_only", frm.is_new() ? 0 : 1)
		);
	},
});
