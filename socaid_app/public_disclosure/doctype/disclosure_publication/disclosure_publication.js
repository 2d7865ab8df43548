// Prepared by one person, checked and published by another.
frappe.ui.form.on("Disclosure Publication", {
	setup(frm) {
		frm.set_query("catalogue_item", () => ({ filters: { disabled: 0, notice_kind: "" } }));
		frm.set_query("division", () => ({ filters: { level: ["in", ["Township", "Village"]] } }));
	},

	refresh(frm) {
		const { due_provisional, prepared_by, status } = frm.doc;
		if (frm.is_new()) return;
		if (due_provisional) {
			frm.set_intro(__("The due date is provisional: the holidays of that year are not announced."), "orange");
		}
		if (status === "To Be Published" && prepared_by === frappe.session.user) {
			frm.set_intro(__("Another person checks this text for privacy and publishes it."));
		}
	},

	// Publishing is ticking every point; what another step asks is asked as everywhere.
	before_workflow_action(frm) {
		return frm.selected_workflow_action === "Check and Publish" ? tick(frm) : socaid.workflow.ask(frm);
	},
});

socaid.steps.then["Disclosure Publication.revise"] = (frm, name) => {
	frappe.set_route("Form", frm.doctype, name);
	return true;
};

async function tick(frm) {
	frappe.dom.unfreeze();
	const checklist = await frappe.xcall("socaid_app.public_disclosure.catalogue.checklist");
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Check and Publish"),
			fields: checklist.map((label, number) => ({
				fieldtype: "Check",
				fieldname: `check_${number}`,
				label: frappe.utils.escape_html(label),
			})),
			primary_action_label: __("Publish Now"),
			primary_action(values) {
				if (!checklist.every((_label, number) => values[`check_${number}`])) {
					frappe.msgprint(__("Tick every point you have checked; post only when all of them are."));
					return;
				}
				dialog.hide();
				frappe.dom.freeze();
				resolve();
			},
		});
		dialog.show();
	});
}
