// Written by one person, approved by another; what is in force is replaced, never edited.
const GUIDES = "socaid_app.petition_desk.guides";
const APPROVERS = ["County Approver", "County Reviewer", "Service Manager"];
const COLORS = { "Being Written": "orange", "In Force": "green", Replaced: "gray", Withdrawn: "red" };

frappe.ui.form.on("Policy Guide", {
	refresh(frm) {
		const { status } = frm.doc;
		const writing = status === "Being Written";
		if (!frm.is_new()) frm.page.set_indicator(__(status), COLORS[status]);
		frm.meta.fields
			.filter(({ fieldtype, read_only }) => !read_only && !["Section Break", "Column Break"].includes(fieldtype))
			.forEach(({ fieldname }) => frm.set_df_property(fieldname, "read_only", writing ? 0 : 1));
		if (frm.is_new() || !frm.perm[0].write || frm.is_dirty()) return;
		if (writing) frm.trigger("add_approval");
		if (status === "In Force") frm.trigger("add_replacement");
	},

	add_approval(frm) {
		const { name, owner, modified_by } = frm.doc;
		if ([owner, modified_by].includes(frappe.session.user) || !APPROVERS.some((role) => frappe.user.has_role(role))) {
			frm.set_intro(__("A colleague who has not written on it checks and approves this guide."), "blue");
			return;
		}
		frm.page.set_primary_action(__("Check and Approve"), () =>
			frappe.confirm(__("Publish this answer? It can no longer be edited afterwards."), () =>
				frappe.xcall(`${GUIDES}.approve`, { guide: name }).then(() => frm.reload_doc())
			)
		);
	},

	add_replacement(frm) {
		const { name } = frm.doc;
		if (frm.perm[0].create) {
			frm.page.set_primary_action(__("Write New Version"), () =>
				frappe
					.xcall(`${GUIDES}.new_version`, { guide: name })
					.then((version) => frappe.set_route("Form", "Policy Guide", version))
			);
		}
		if (APPROVERS.some((role) => frappe.user.has_role(role))) {
			frm.add_custom_button(__("Withdraw Guide"), () =>
				frappe.prompt(
					{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
					({ reason }) =>
						frappe.xcall(`${GUIDES}.withdraw`, { guide: name, reason }).then(() => frm.reload_doc()),
					__("Withdraw Guide")
				)
			);
		}
	},
});
