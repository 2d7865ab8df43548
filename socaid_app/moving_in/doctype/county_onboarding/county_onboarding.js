// The steps as the records have them; every one leads to where it is done.
frappe.ui.form.on("County Onboarding", {
	refresh(frm) {
		frm.disable_save();
		const steps = (frm.doc.__onload || {}).checklist || [];
		const done = steps.filter((step) => step.done).length;
		const all = steps.length || 1;
		frm.page.set_indicator(__("{0} of {1} done", [done, steps.length]), done === all ? "green" : "orange");
		const escape = frappe.utils.escape_html;
		const $list = $(`<div class="socaid-onboarding">
			<div class="progress" style="height: 8px" role="progressbar" aria-valuenow="${done}" aria-valuemax="${all}"
				aria-label="${__("{0} of {1} done", [done, steps.length])}">
				<div class="progress-bar bg-success" style="width: ${(100 * done) / all}%"></div>
			</div><ol class="list-unstyled mt-4"></ol></div>`);
		steps.forEach((step, at) => {
			const $step = $(`<li class="border-bottom py-3" data-step="${step.key}" data-done="${step.done ? 1 : 0}">
				<div class="d-flex flex-wrap align-items-center" style="gap: 8px">
					<b>${at + 1}. ${escape(step.title)}</b>
					<span class="indicator-pill ${step.done ? "green" : "orange"}">${step.done ? __("Done", null, "County Onboarding") : __("To Do", null, "County Onboarding")}</span>
				</div>
				<div class="text-muted my-2">${escape(step.state)}</div>
				<div class="d-flex flex-wrap" style="gap: 8px"></div></li>`);
			const $buttons = $step.find("div").last();
			step.open.forEach(([label, route]) =>
				$(`<button class="btn btn-default btn-sm">${escape(label)}</button>`)
					.on("click", () => go(route))
					.appendTo($buttons)
			);
			if (step.ready && !step.done && frm.perm[0] && frm.perm[0].write)
				$(`<button class="btn btn-primary btn-sm">${__("Confirm by Name")}</button>`)
					.on("click", () => confirm_step(frm, step))
					.appendTo($buttons);
			$list.find("ol").append($step);
		});
		frm.get_field("checklist").$wrapper.empty().append($list);
		if (!frm.perm[0] || !frm.perm[0].write || done === all) return;
		if (frm.doc.dismissed_by)
			frm.add_custom_button(__("Greet Again"), () => call(frm, "take_up_again"));
		else
			frm.add_custom_button(__("Put Away"), () =>
				frappe.prompt(
					{ fieldname: "reason", fieldtype: "Small Text", label: __("Why Put Away", null, "County Onboarding"), reqd: 1 },
					(values) => call(frm, "put_away", values),
					__("Put the Checklist Away")
				)
			);
	},
});

function go([kind, doctype, ...rest]) {
	if (kind === "Form" && rest[0] === "new") return frappe.new_doc(doctype, rest[1]);
	if (kind === "List") return frappe.set_route("List", doctype, "List", rest[0] || {});
	return frappe.set_route(kind, doctype);
}

function confirm_step(frm, step) {
	frappe.prompt(
		{ fieldname: "note", fieldtype: "Small Text", label: __("What Was Looked At"), reqd: 1 },
		(values) => call(frm, "confirm", { step: step.key, ...values }),
		step.title
	);
}

function call(frm, method, values = {}) {
	return frappe.xcall(`socaid_app.moving_in.onboarding.${method}`, values).then(() => frm.reload_doc());
}
