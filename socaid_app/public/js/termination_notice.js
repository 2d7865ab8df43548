// Support for the destitute ends only after its end has hung on the board (43号 Art. 26).
frappe.ui.form.on("Entitlement", {
	refresh(frm) {
		const { scheme, docstatus, status, end_month } = frm.doc;
		if (scheme !== "Tekun" || docstatus !== 1 || status !== "Active" || end_month) return;
		frm.add_custom_button(__("Notices of the End"), () =>
			frappe.set_route("List", "Publicity Notice", { entitlement: frm.doc.name, kind: "Termination" })
		);
		if (!frappe.model.can_create("Publicity Notice")) return;
		frm.add_custom_button(__("Publicise the End"), () => {
			frappe.model.with_doctype("Publicity Notice", () => {
				frappe.prompt(
					{
						fieldname: "ground",
						fieldtype: "Select",
						label: __("Public Ground"),
						options: frappe.meta
							.get_docfield("Publicity Notice", "ground")
							.options.split("\n")
							.map((ground) => ({ value: ground, label: ground && __(ground, null, "Publicity Notice") })),
						reqd: 1,
						description: __("The board says these words and no others."),
					},
					({ ground }) =>
						frappe
							.xcall("socaid_app.public_disclosure.notice_drafts.prepare_termination", {
								entitlement: frm.doc.name,
								ground,
							})
							.then((name) => frappe.set_route("Form", "Publicity Notice", name)),
					__("Publicise the End"),
					__("Draft the Notice")
				);
			});
		});
	},
});
