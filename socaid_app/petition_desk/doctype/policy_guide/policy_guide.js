// Written by one person, approved by another; what is in force is replaced, never edited.
const COLORS = { "Being Written": "orange", "In Force": "green", Replaced: "gray", Withdrawn: "red" };

frappe.ui.form.on("Policy Guide", {
	refresh(frm) {
		if (!frm.is_new()) frm.page.set_indicator(__(frm.doc.status, null, frm.doctype), COLORS[frm.doc.status]);
	},
});

socaid.steps.then["Policy Guide.new_version"] = (frm, name) => {
	frappe.set_route("Form", frm.doctype, name);
	return true;
};
