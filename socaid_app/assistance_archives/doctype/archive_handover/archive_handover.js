// List, reconcile with the scanner, sign, conclude.
frappe.ui.form.on("Archive Handover", {
	setup(frm) {
		frm.set_query("to_custodian", () => socaid.archives.archivists);
		frm.set_query("from_custodian", () => socaid.archives.archivists);
	},

	refresh(frm) {
		const { status } = frm.doc;
		const signed = status === "Handover Signed";
		["location", "from_custodian", "to_custodian"].forEach((field) =>
			frm.set_df_property(field, "read_only", status === "Being Listed" ? 0 : 1)
		);
		// each signs in a session of their own
		["from", "to"].forEach((side) =>
			frm.set_df_property(
				`${side}_signature`,
				"read_only",
				frm.doc[`${side}_custodian`] === frappe.session.user ? 0 : 1
			)
		);
		const grid = frm.get_field("items").grid;
		grid.cannot_add_rows = true;
		grid.cannot_delete_rows = true;
		grid.refresh();
		if (signed) frm.disable_form();
		if (frm.is_new() || signed) return;
		if (status === "Being Listed") {
			frm.set_intro(__("Next: list the files that lie in this place."), "blue");
			return;
		}
		const unchecked = frm.doc.items.filter((row) => row.found === "Not Yet Checked").length;
		frm.set_intro(next_step(frm.doc, unchecked), "blue");
		if (unchecked && frm.perm[0].write) {
			frm.add_custom_button(__("Check off by Scanning"), () =>
				(frm.is_dirty() ? frm.save() : Promise.resolve()).then(() => check_off(frm))
			);
		}
	},
});

function next_step(doc, unchecked) {
	if (unchecked)
		return __("Next: check off {0} files by scanning, or choose “Absent” where one is not found.", [unchecked]);
	if (doc.absent_count && !doc.discrepancy_note)
		return __("Next: explain the {0} absent files below the list.", [doc.absent_count]);
	return __("Next: giver and receiver each log in and sign below, then the handover is concluded.");
}

function check_off(frm) {
	const dialog = socaid.archives.scan_dialog(__("Check off by Scanning"), {
		take: (label) =>
			socaid.archives
				.ask_quietly("socaid_app.assistance_archives.handovers.check_off", {
					handover: frm.doc.name,
					label,
				})
				.then(({ title, left }) => __("{0} is there; {1} left", [title, left])),
	});
	dialog.onhide = () => frm.reload_doc();
}
