// Every operation is a job; its entry in the ledger says how it went.
const BACKUPS = "socaid_app.assistance_archives.backups.jobs";

frappe.ui.form.on("Backup Destination", {
	refresh(frm) {
		frm.trigger("show_state");
		if (frm.is_new()) return;
		frm.add_custom_button(__("Backup Run"), () =>
			frappe.set_route("List", "Backup Run", { destination: frm.doc.name })
		);
		if (!frappe.user.has_role("Socaid Administrator") || frm.is_dirty() || !frm.doc.enabled) return;
		frm.add_custom_button(__("Back Up Now"), () => queue(frm, "back_up")).addClass("btn-primary");
		if (!frm.doc.key_label) return;
		const more = (label, method, question) =>
			frm.add_custom_button(
				label,
				() => (question ? frappe.confirm(question, () => queue(frm, method)) : queue(frm, method)),
				__("More")
			);
		more(__("Verify Copy"), "verify");
		more(__("Compare Copies"), "compare");
		more(
			__("Restore Test"),
			"restore_test",
			__("Restore the newest copy into a scratch site and compare everything? It takes some minutes.")
		);
		more(
			__("Change Key"),
			"rotate_key",
			__("Change the key now? The copy of the old key kept elsewhere becomes useless; put the new one there.")
		);
	},

	show_state(frm) {
		if (frm.is_new() || frm.doc.last_success) return;
		frm.set_intro(__("No copy has been taken here yet."), "orange");
	},
});

function queue(frm, method) {
	return frappe.xcall(`${BACKUPS}.${method}`, { destination: frm.doc.name }).then(() =>
		frappe.show_alert({
			message: __("Started in the background; the ledger shows how it ends."),
			indicator: "blue",
		})
	);
}
