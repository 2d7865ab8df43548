// Prepared by one, signed by two others, carried out in front of a witness.
frappe.ui.form.on("Archive Appraisal", {
	refresh(frm) {
		const { status, prepared_by, first_signer } = frm.doc;
		const me = frappe.session.user;
		const preparing = frm.is_new() || (status === "Being Prepared" && prepared_by === me);
		const grid = frm.get_field("items").grid;
		grid.cannot_add_rows = true;
		["title", "as_of", "report", "items"].forEach((field) =>
			frm.set_df_property(field, "read_only", preparing ? 0 : 1)
		);
		if (frm.is_new() || !frm.perm[0].write) return;
		const step = (method, args = {}) =>
			socaid.archives.step(frm, `appraisals.${method}`, { appraisal: frm.doc.name, ...args });
		if (preparing) {
			frm.add_custom_button(__("Collect Expired Files"), () =>
				step("collect").then((added) =>
					frappe.show_alert(
						added
							? { message: __("{0} files added.", [added]), indicator: "green" }
							: { message: __("No further file has expired."), indicator: "blue" }
					)
				)
			);
			if (frm.doc.items.length) {
				frm.add_custom_button(__("Decide Marked Rows"), () => decide(frm, step));
				if (!frm.is_dirty()) frm.page.set_primary_action(__("Propose for Signature"), () => step("propose"));
			}
		}
		const signs = ["County Approver", "County Reviewer", "Service Manager"].some((role) =>
			frappe.user.has_role(role)
		);
		if (signs && ["Proposed for Signature", "Signed Once"].includes(status) && ![prepared_by, first_signer].includes(me)) {
			frm.page.set_primary_action(__("Sign List"), () =>
				frappe.confirm(__("Sign this list of {0} files?", [frm.doc.items.length]), () => step("sign"))
			);
		}
		if (status === "Ready to Carry Out" && frappe.user.has_role("Archivist")) {
			frm.page.set_primary_action(__("Carry Out", null, "Archive Appraisal"), () => carry_out(frm, step));
		}
		if (!["Carried Out", "Given Up"].includes(status)) {
			frm.add_custom_button(__("Give Up List"), () =>
				socaid.archives.ask(__("Give Up List"), __("Why Given Up"), (values) => step("give_up", values))
			);
		}
	},
});

function decide(frm, step) {
	const rows = frm.get_field("items").grid.get_selected_children();
	if (!rows.length) {
		frappe.show_alert({ message: __("Mark the rows first."), indicator: "orange" });
		return;
	}
	socaid.archives.prompt(
		__("Decide Marked Rows"),
		[
			{
				fieldname: "proposal",
				fieldtype: "Select",
				label: __("Proposal", null, "Archive Appraisal Item"),
				options: ["Extend Keeping", "Destroy File"].map((value) => ({ value, label: __(value) })),
				reqd: 1,
			},
			{
				fieldname: "extend_years",
				fieldtype: "Int",
				label: __("Extend by (years)"),
				depends_on: "eval:doc.proposal=='Extend Keeping'",
			},
			{ fieldname: "reason", fieldtype: "Data", label: __("Ground for the Proposal"), reqd: 1 },
		],
		(values) => step("decide", { rows: rows.map((row) => row.name), ...values })
	);
}

function carry_out(frm, step) {
	const destroys = frm.doc.items.some((row) => row.proposal === "Destroy File") ? 1 : 0;
	socaid.archives.prompt(
		__("Carry Out", null, "Archive Appraisal"),
		[
			{
				fieldname: "destruction_place",
				fieldtype: "Data",
				label: __("Place and Way of Destruction"),
				reqd: destroys,
				hidden: !destroys,
			},
			{
				fieldname: "witness",
				fieldtype: "Link",
				options: "User",
				label: __("Witness"),
				reqd: destroys,
				hidden: !destroys,
			},
			{
				fieldname: "without_blocked",
				fieldtype: "Check",
				label: __("Leave out files that may not be destroyed now"),
				hidden: !destroys,
			},
		],
		(values) =>
			step("carry_out", values).then(({ extended, destroyed, left_out }) =>
				frappe.msgprint(
					__("{0} files extended, {1} destroyed, {2} left out.", [extended, destroyed, left_out])
				)
			)
	);
}
