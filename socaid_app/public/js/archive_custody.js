// Where a file lies and who has it; its content is the business of archive_file.js.
frappe.ui.form.on("Archive File", {
	refresh(frm) {
		if (frm.is_new()) return;
		const { name, status } = frm.doc;
		const group = __("Custody");
		show_where(frm);
		if (frm.doc.on_hold) {
			frm.dashboard.set_headline_alert(__("A matter is still open: this file is not destroyed."), "orange");
		}
		frm.add_custom_button(
			__("Movements"),
			() => frappe.set_route("List", "Archive Movement", { archive_file: name }),
			group
		);
		if (status === "Destroyed") return;
		const keeps = frm.perm[0].write && !frm.is_dirty();
		if (keeps && status === "Bound" && !frm.doc.on_hold) {
			frm.dashboard.set_headline_alert(__("Not in a box yet: put it away under “Custody”."), "blue");
		}
		if (keeps && status !== "Lent") {
			frm.add_custom_button(
				__("Put into Box"),
				() => socaid.archives.put_into_box([name], () => frm.reload_doc()),
				group
			);
		}
		if (frappe.model.can_create("Archive Loan") && status !== "Lent") {
			frm.add_custom_button(
				__("Request Loan"),
				() =>
					frappe.new_doc("Archive Loan", {
						archive_file: name,
						file_title: frm.doc.title,
						borrower: frappe.session.user,
					}),
				group
			);
		}
		if (frappe.model.can_create("Archive Hold")) {
			frm.add_custom_button(
				__("Place Hold"),
				() => frappe.new_doc("Archive Hold", { archive_file: name }),
				group
			);
		}
		if (keeps) {
			frm.add_custom_button(
				__("Print Label"),
				() => socaid.archives.print_labels("Archive File", [name]),
				group
			);
		}
	},
});

// The way to the box, and who has the file in hand.
function show_where(frm) {
	const { name, location, status } = frm.doc;
	frm.set_df_property("location", "description", "");
	if (location) {
		frappe
			.xcall("socaid_app.assistance_archives.storage.scanned", { label: name })
			.then(({ place }) => frm.set_df_property("location", "description", place));
	}
	if (status !== "Lent" || !frappe.model.can_read("Archive Loan")) return;
	frappe.db
		.get_list("Archive Loan", {
			filters: { archive_file: name, status: ["in", ["Lent", "Lost File"]] },
			fields: ["name", "borrower_name", "due_on", "status", "due_status"],
			limit: 1,
		})
		.then(([loan]) => {
			if (!loan) return;
			const borrower = frappe.utils.escape_html(loan.borrower_name);
			const lost = loan.status === "Lost File";
			frm.dashboard.set_headline_alert(
				lost
					? __("Lost while lent to {0}.", [borrower])
					: __("Lent to {0}, due back on {1}.", [borrower, frappe.datetime.str_to_user(loan.due_on)]),
				lost || loan.due_status === "Overdue" ? "red" : "yellow"
			);
			frm.add_custom_button(
				__("Open Loan"),
				() => frappe.set_route("Form", "Archive Loan", loan.name),
				__("Custody")
			);
		});
}
