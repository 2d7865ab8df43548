// A callback is handled with the telephone in one hand: large buttons, one question below the other.
const CHOICES = {
	"Yes or No": ["Yes", "No"],
	Satisfaction: ["Very Satisfied", "Satisfied", "Neutral", "Dissatisfied"],
};

frappe.ui.form.on("Service Callback", {
	setup(frm) {
		frm.set_query("script", () => ({ filters: { kind: frm.doc.kind, disabled: 0 } }));
		frm.set_query("visit", () => ({ filters: { household: frm.doc.household } }));
		frm.set_query("officer", () => ({ filters: { active: 1 } }));
	},

	refresh(frm) {
		const $panel = frm.fields_dict.call.$wrapper.empty();
		const done = frm.doc.status === "Done";
		const calling = !frm.is_new() && !done && frm.perm[0].write;
		frm.toggle_display("answers", !calling);
		if (!calling) return;
		if (!(frm.doc.answers || []).length && frm.prepared !== frm.doc.name) {
			frm.prepared = frm.doc.name;
			socaid.steps.take(frm, "prepare");
			return;
		}
		$panel.append(panel(frm));
	},
});

function panel(frm) {
	const $panel = $(`<div class="socaid-call">`);
	const { opening } = frm.doc;
	$panel.append(buttons(frm));
	if (opening) $panel.append(`<p class="text-muted">${frappe.utils.escape_html(opening)}</p>`);
	(frm.doc.answers || []).forEach((row) => $panel.append(question(frm, row)));
	return $panel;
}

function buttons(frm) {
	const $bar = $(`<div class="socaid-call-buttons">`);
	const add = (label, style, action) =>
		$(`<button type="button" class="btn ${style}">${label}</button>`).on("click", action).appendTo($bar);
	if (frm.doc.kind !== "Visit") {
		add(__("Phone Number"), "btn-default", () => show_phone(frm));
		add(__("Got Through"), "btn-default", () =>
			step(frm, "reached", () => frappe.show_alert({ message: __("Time noted."), indicator: "green" }))
		);
		add(__("No Answer"), "btn-default", () =>
			step(frm, "not_reached", (attempts) =>
				frappe.show_alert({ message: __("Attempts: {0}", [attempts]), indicator: "orange" })
			)
		);
	} else if (!frm.doc.visit) {
		add(__("Plan Visit"), "btn-default", () =>
			socaid.plan_visit(__("Plan Visit"), (values) => socaid.steps.take(frm, "schedule_visit", values))
		);
	}
	add(__("Finish Callback"), "btn-primary", () =>
		step(frm, "record", (problems) => {
			if (!problems.length) return;
			const links = problems.map((name) => frappe.utils.get_form_link("Visit Problem", name, true)).join("、");
			frappe.msgprint(__("To be followed up: {0}", [links]));
		})
	);
	return $bar;
}

// What was typed is saved first; a refused step leaves it on the form.
async function step(frm, key, then) {
	if (frm.is_dirty()) await frm.save();
	then(await socaid.steps.take(frm, key));
}

function question(frm, row) {
	const $question = $(`<div class="socaid-call-question"><p>${frappe.utils.escape_html(row.question)}</p></div>`);
	const set = (field, value) => frappe.model.set_value(row.doctype, row.name, field, value);
	const choices = CHOICES[row.answer_kind];
	if (choices) {
		const $choices = choices.map((choice) => {
			const label = __(choice);
			const style = row.answer === label ? "btn-primary" : "btn-default";
			return $(`<button type="button" class="btn ${style}">${label}</button>`).on("click", (event) => {
				set("answer", label);
				if (row.answer_kind === "Satisfaction") frm.set_value("satisfaction", choice);
				$(event.currentTarget).addClass("btn-primary").removeClass("btn-default");
				$(event.currentTarget).siblings(".btn").addClass("btn-default").removeClass("btn-primary");
			});
		});
		$question.append($choices);
	} else {
		$(`<textarea class="form-control" rows="2">`)
			.attr("aria-label", row.question)
			.val(row.answer || "")
			.on("input", (event) => set("answer", event.currentTarget.value))
			.appendTo($question);
	}
	const $needs = $(`<label><input type="checkbox">${__("Needs Action")}</label>`);
	$needs
		.find("input")
		.prop("checked", row.needs_action)
		.on("change", (event) => set("needs_action", event.currentTarget.checked ? 1 : 0));
	return $question.append($needs);
}

function show_phone(frm) {
	frappe.db
		.get_value("Recipient Household", frm.doc.household, "head")
		.then(({ message }) => socaid.reveal(message.head, "phone", __("Phone"), frm.doc.name));
}
