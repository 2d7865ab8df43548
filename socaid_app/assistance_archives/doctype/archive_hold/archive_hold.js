frappe.ui.form.on("Archive Hold", {
	refresh(frm) {
		const { placed_by, released_on } = frm.doc;
		["archive_file", "kind", "reference", "reason"].forEach((field) =>
			frm.set_df_property(field, "read_only", frm.is_new() ? 0 : 1)
		);
		if (frm.is_new() || released_on || !frm.perm[0].write) return;
		if (placed_by === frappe.session.user) {
			frm.set_intro(__("Another person releases this hold."), "blue");
			return;
		}
		frm.page.set_primary_action(__("Release Hold"), () =>
			socaid.archives.ask(__("Release Hold"), __("Why Released"), (values) =>
				socaid.archives.step(frm, "retention.release", { hold: frm.doc.name, ...values })
			)
		);
	},
});
