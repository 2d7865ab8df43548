// What becomes mandatory with a workflow's step is asked when the step is taken, and stored with it in one request
// (casework/workflows.py). A form with a dialog of its own for some of its steps calls "ask" for the others.
frappe.provide("socaid.workflow");

$(document).on("form-refresh", (event, frm) => {
	if (!frappe.ui.form.handlers[frm.doctype]?.before_workflow_action) {
		frm.cscript.custom_before_workflow_action = () => socaid.workflow.ask(frm);
	}
});

// The step that lacks nothing (onload "front_step") stands before the menu of steps.
const { setup_btn } = frappe.ui.form.States.prototype;
frappe.ui.form.States.prototype.setup_btn = function (added) {
	setup_btn.call(this, added);
	const { page, doc, doctype } = this.frm;
	const label = doc.__onload?.front_step && __(doc.__onload.front_step, null, doctype);
	const $step = label && page.actions.find("a").filter((_at, line) => $(line).text().trim() === label);
	// what was changed meanwhile is saved first, and may open or close it
	const take = () => (this.frm.is_dirty() ? this.frm.save() : $step.click());
	if ($step?.length) page.add_inner_button(label, take, null, "primary");
};

socaid.workflow.ask = function (frm) {
	const fields = asked(frm, frm.doc.__onload?.said_with_step || []);
	if (!fields.length) return Promise.resolve();
	frappe.dom.unfreeze();
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: __(frm.selected_workflow_action, null, frm.doctype),
			fields: fields.map(({ fieldname, fieldtype, label, options }) => ({
				fieldname,
				fieldtype,
				options,
				label: __(label, null, frm.doctype),
				default: frm.doc[fieldname],
				reqd: 1,
			})),
			primary_action_label: __("Record"),
			primary_action(values) {
				dialog.hide();
				frappe.dom.freeze();
				Object.assign(frm.doc, values);
				draft.done();
				resolve();
			},
		});
		const draft = socaid.drafts.of_dialog(
			dialog,
			`step:${frm.doctype}:${frm.docname}:${frm.selected_workflow_action}`
		);
		dialog.show();
	});
};

function asked(frm, said) {
	const { transitions, workflow_state_field: field } = frappe.workflow.workflows[frm.doctype];
	const step = transitions.find(
		({ action, state }) => action === frm.selected_workflow_action && state === frm.doc[field]
	);
	const doc = { ...frm.doc, [field]: step.next_state };
	return frm.meta.fields.filter(
		({ fieldname, mandatory_depends_on: when }) =>
			said.includes(fieldname) && when?.startsWith("eval:") && frappe.utils.eval(when.slice(5), { doc, parent: doc })
	);
}
