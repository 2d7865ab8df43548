// The steps that are open to the user, as the server names them when the form is loaded (casework/steps.py): buttons,
// dialogs, what is still missing, and for whom the record waits. One function for all forms.
frappe.provide("socaid.steps");

// More steps than these are gathered in a menu.
const MANY = 4;

// Steps whose answers no dialog can ask: "DocType.step" → function of the form, resolving to the values, or to
// undefined when the user thought better of it.
socaid.steps.collect = {};
// Steps after which something else than the record is shown: "DocType.step" → function of the form and the result.
socaid.steps.then = {};

$(document).on("form-refresh", (event, frm) => {
	const { open = [], waits_for, handed_to } = frm.doc?.__onload?.steps || {};
	if (frm.is_new()) return;
	const first = front_step(frm);
	for (const step of open) {
		if (step === first) continue;
		const click = () => socaid.steps.begin(frm, step);
		frm.add_custom_button(step.label, click, step.group || (open.length > MANY ? __("Next Step") : null));
	}
	socaid.steps.front(frm);
	if (waits_for) frm.set_intro(__("Waits for: {0}", [frappe.utils.escape_html(waits_for)]), "blue");
	if (handed_to) {
		const who = frappe.utils.escape_html(handed_to);
		frm.set_intro(__("Your part is done. Handed to {0} for the second check.", [who]), "blue");
	}
});

// A page has one button in front: where several steps ask for it, the first of them has it.
const front_step = (frm) =>
	frm.is_dirty()
		? undefined
		: (frm.doc.__onload?.steps?.open || []).find((step) => step.primary && !step.missing.length);

// The button in front. A form that takes its Save away afterwards takes this one away too, and calls for it again.
socaid.steps.front = function (frm) {
	const step = front_step(frm);
	if (step) frm.page.set_primary_action(step.label, () => socaid.steps.begin(frm, step));
};

// Another script of the form may offer a step elsewhere: socaid.steps.offered(frm, "check_off")
socaid.steps.offered = (frm, key) => (frm.doc.__onload?.steps?.open || []).find((step) => step.key === key);

socaid.steps.begin = async function (frm, step) {
	if (frm.is_dirty()) {
		await frm.save();
		// what was entered may have opened or closed it
		step = same_step(frm, step) || step;
	}
	if (step.missing.length) return tell_missing(frm, step);
	if (step.opens) return open_record(step.opens);
	const collect = socaid.steps.collect[`${frm.doctype}.${step.key}`];
	if (collect) {
		const values = await collect(frm, step);
		if (values) await socaid.steps.take(frm, step.key, { ...step.values, ...values });
		return;
	}
	const take = () => socaid.steps.take(frm, step.key, step.values);
	if (step.fields.length) return socaid.steps.ask(frm, step);
	if (step.confirm) return frappe.confirm(step.confirm, take);
	return take();
};

// A step may have several buttons, told apart by the values they stand for.
function same_step(frm, step) {
	const values = JSON.stringify(step.values);
	return frm.doc.__onload?.steps?.open.find((now) => now.key === step.key && JSON.stringify(now.values) === values);
}

function open_record({ doctype, name, values }) {
	if (name) return frappe.set_route("Form", doctype, name);
	return frappe.new_doc(doctype, values);
}

// One request takes the step; the record is then read anew, because others may have changed it as well.
socaid.steps.take = async function (frm, key, values = {}) {
	const { message } = await frappe.call({
		method: "socaid_app.casework.steps.take",
		args: { doctype: frm.doctype, name: frm.docname, step: key, values },
		freeze: true,
	});
	const then = socaid.steps.then[`${frm.doctype}.${key}`];
	if (then && (await then(frm, message))) return message;
	await frm.reload_doc();
	return message;
};

function tell_missing(frm, step) {
	frappe.msgprint({
		title: __("Not Yet: {0}", [step.label]),
		message: step.missing.map((sentence) => socaid.mending.sentence(frm, sentence)),
		as_list: true,
		indicator: "orange",
	});
}

// The question stays open, with what was entered, until the step was taken. "more": values that are not asked.
socaid.steps.ask = function (frm, step, more = {}) {
	const dialog = new frappe.ui.Dialog({
		title: step.title,
		fields: step.confirm
			? [{ fieldtype: "HTML", options: `<p>${frappe.utils.escape_html(step.confirm)}</p>` }, ...step.fields]
			: step.fields,
		primary_action_label: step.label,
		primary_action: (values) =>
			socaid.steps.take(frm, step.key, { ...step.values, ...values, ...more }).then(() => {
				draft.done();
				dialog.hide();
			}),
	});
	const draft = socaid.drafts.of_dialog(dialog, `step:${frm.doctype}:${frm.docname}:${step.key}`);
	dialog.show();
	return dialog;
};
