// What the clerk needs beside the fields: what is missing for the next step, the calculation line by
// line, and the records that belong to the case one click away.

frappe.ui.form.on("Assistance Application", {
	setup(frm) {
		["from_state", "to_state", "action"].forEach((field) => {
			// In the meta itself: every record opened later has its own copy.
			frappe.meta.get_docfield("Application Opinion", field).formatter = (value) => __(value || "");
		});
		frm.set_query("category", () => ({ filters: { takes_applications: 1, disabled: 0 } }));
		frm.set_query("household", () => ({ filters: { status: "Active" } }));
		frm.set_query("applicant", () => ({ filters: { status: "Active" } }));
		frm.set_query("recipient", "members", () => ({ filters: { status: "Active" } }));
		frm.set_query("recipient", "incomes", () => ({
			filters: { name: ["in", (frm.doc.members || []).map((row) => row.recipient)] },
		}));
		frm.set_query("division", () => ({ filters: { level: "Village" } }));
	},

	refresh(frm) {
		frm.trigger("show_next_steps");
		frm.trigger("show_relief");
		frm.trigger("show_assessment");
		if (!frm.is_new()) {
			frm.trigger("add_buttons");
		}
		const open = ["Draft", "Supplement Required", "Accepted", "Under Investigation"];
		if (frm.is_new() || open.includes(frm.doc.workflow_state)) {
			frm.add_custom_button(__("Fill from Household"), () => frm.trigger("fill_from_household"));
		}
	},

	household(frm) {
		if (frm.doc.household && !(frm.doc.members || []).length) {
			frm.trigger("fill_from_household");
		}
	},

	applicant(frm) {
		if (!frm.doc.applicant || !frm.is_new()) return;
		frappe.call({
			method: "socaid_app.assistance_intake.desk.applicant_household",
			args: { recipient: frm.doc.applicant },
			callback({ message }) {
				if (!message) return;
				if (!frm.doc.division) frm.set_value("division", message.division);
				if (!frm.doc.household && message.household) frm.set_value("household", message.household);
			},
		});
	},

	fill_from_household(frm) {
		if (!frm.doc.household) {
			frappe.msgprint(__("Choose the household first."));
			return;
		}
		frappe.call({
			method: "socaid_app.assistance_intake.desk.household_members",
			args: { household: frm.doc.household },
			freeze: true,
			callback({ message }) {
				frm.clear_table("members");
				(message || []).forEach((row) => frm.add_child("members", row));
				frm.refresh_field("members");
				frm.dirty();
			},
		});
	},

	// Every step is taken with an opinion or, against the applicant, with reason, basis and remedies.
	before_workflow_action(frm) {
		const action = frm.selected_workflow_action;
		frappe.dom.unfreeze();
		const texts = ADVERSE.includes(action)
			? frappe.xcall("socaid_app.assistance_intake.desk.adverse_texts")
			: Promise.resolve({});
		return texts.then((defaults) => ask_for_opinion(frm, action, defaults));
	},

	after_workflow_action(frm) {
		delete said[frm.doc.name];
	},

	show_next_steps(frm) {
		const { next_steps: steps = [], handed_to } = frm.doc.__onload || {};
		if (handed_to) {
			const who = frappe.utils.escape_html(handed_to);
			frm.set_intro(__("Your part is done. Handed to {0} for the second check.", [who]), "blue");
		}
		// The opinion is asked for when the step is taken; whoever has handed the case over is missing nothing.
		const asked = handed_to ? ["opinion", "second_check"] : ["opinion"];
		const wanted = steps
			.map((step) => ({ ...step, breaches: step.breaches.filter((breach) => !asked.includes(breach.rule)) }))
			.filter((step) => step.breaches.length);
		// Frappe refreshes a newly saved form twice.
		frm.dashboard.parent.find(".socaid-missing").remove();
		if (!wanted.length) return;
		frm.dashboard
			.add_section(wanted.map((step) => render_step(frm, step)).join(""), __("Still Missing"), "custom socaid-missing")
			.closest(".form-dashboard-section")
			.prependTo(frm.dashboard.parent);
		frm.dashboard.show();
	},

	// Help paid first: what has to be made up.
	show_relief(frm) {
		const open = frm.doc.__onload?.relief_open || [];
		frm.dashboard.parent.find(".socaid-relief").remove();
		if (open.length) {
			frm.dashboard
				.add_section(
					`<ul>${socaid.breach_list(open, frm)}</ul>`,
					__("Paid First, to Be Made Up"),
					"custom socaid-relief"
				)
				.closest(".form-dashboard-section")
				.prependTo(frm.dashboard.parent);
			frm.dashboard.show();
		}
	},

	show_assessment(frm) {
		const wrapper = frm.fields_dict.assessment_html && frm.fields_dict.assessment_html.$wrapper;
		if (wrapper) wrapper.html(render_assessment(frm.doc));
	},

	add_buttons(frm) {
		const create = __("Create");
		const state = frm.doc.workflow_state;
		const running = ["Accepted", "Under Investigation", "Democratic Review"].includes(state);
		if (frm.doc.docstatus === 0) {
			add_create(frm, "Check Authorization", create, () => choose_member(frm));
		}
		if (running) {
			add_create(frm, "Household Investigation", create, () =>
				frappe.new_doc("Household Investigation", { application: frm.doc.name })
			);
			add_create(frm, "Check Report", create, () =>
				frappe.new_doc("Check Report", { application: frm.doc.name })
			);
		}
		if (["Under Review", "Awaiting Confirmation"].includes(state)) {
			add_create(frm, "Household Investigation", create, () =>
				frappe.new_doc("Household Investigation", { application: frm.doc.name, level: "County" })
			);
		}
		if (frm.doc.special_deliberation && !frm.doc.deliberation && (running || state === "Draft")) {
			add_create(frm, "Case Deliberation", create, () =>
				frappe.new_doc("Case Deliberation", {
					application: frm.doc.name,
					proposed_amount: frm.doc.requested_amount,
				})
			);
		}
		if (frm.doc.docstatus === 1 && frappe.model.can_create(frm.doctype)) {
			frm.add_custom_button(__("Apply Again"), () =>
				frappe
					.xcall("socaid_app.assistance_intake.reapplication.begin", { application: frm.doc.name })
					.then((name) => frappe.set_route("Form", frm.doctype, name))
			);
		}
		if (state === "Confirmed" && (frm.doc.relief_stages || []).length) {
			frm.add_custom_button(__("Relief Stage"), () =>
				frappe.set_route("List", "Relief Stage", { application: frm.doc.name })
			);
		}
		if (state === "Democratic Review") {
			add_create(frm, "Democratic Review", create, () =>
				frappe.new_doc("Democratic Review", { application: frm.doc.name })
			);
		}
		if (state === "Preliminary Publicity") {
			if (frm.doc.publicity) {
				frm.add_custom_button(__("Publicity Notice"), () =>
					frappe.set_route("Form", "Publicity Notice", frm.doc.publicity)
				);
			} else if (frappe.model.can_create("Publicity Notice")) {
				frm.add_custom_button(__("Prepare Notice Again"), () =>
					frappe
						.call("socaid_app.public_disclosure.notice_drafts.prepare_again", {
							application: frm.doc.name,
						})
						.then(() => frm.reload_doc())
				);
			}
		}
		add_create(frm, "Service Record", create, () =>
			frappe.new_doc("Service Record", { application: frm.doc.name, division: frm.doc.division })
		);
	},
});

const ADVERSE = ["Refuse Acceptance", "Reject", "Terminate"];
const NEEDS_OPINION = [
	"Publish",
	"Recommend",
	"Propose Rejection",
	"Return",
	"Objection",
	"Conclude",
	"Withdraw",
];

// What was said for a step that was refused, until it is taken.
const said = {};

function ask_for_opinion(frm, action, defaults) {
	const before = said[frm.doc.name] || {};
	const fields = [
		{
			fieldname: "opinion",
			fieldtype: "Small Text",
			label: __("Opinion on This Step"),
			default: before.opinion || frm.doc.opinion,
			reqd: NEEDS_OPINION.includes(action) ? 1 : 0,
		},
	];
	if (ADVERSE.includes(action)) {
		const value = (name) => before[name] || frm.doc[name] || defaults[name];
		fields.push(
			{
				fieldname: "decision_reason",
				fieldtype: "Small Text",
				label: __("Reason"),
				default: value("decision_reason"),
				description: __("Mandatory for every adverse decision (Law Art. 45)."),
				reqd: 1,
			},
			{
				fieldname: "decision_basis",
				fieldtype: "Small Text",
				label: __("Legal Basis"),
				default: value("decision_basis"),
				reqd: 1,
			},
			{
				fieldname: "remedy_text",
				fieldtype: "Small Text",
				label: __("Remedies"),
				default: value("remedy_text"),
				reqd: 1,
			}
		);
	}
	if (frm.doc.relief_paid_on && [...ADVERSE, "Withdraw", "Confirm"].includes(action)) {
		// What was paid first is kept or paid back when the case ends without it, or with less.
		const { label, description, options } = frappe.meta.get_docfield(frm.doctype, "relief_settlement");
		fields.push({
			fieldname: "relief_settlement",
			fieldtype: "Select",
			label: __(label),
			description: __(description),
			options: options.split("\n").map((value) => ({ value, label: __(value) })),
			default: frm.doc.relief_settlement,
			reqd: action === "Confirm" ? 0 : 1,
		});
	}
	// A dialog that is closed leaves the step untaken: the promise then stays open for ever.
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: __(action, null, frm.doctype),
			fields,
			primary_action_label: __("Continue"),
			primary_action(values) {
				dialog.hide();
				frappe.dom.freeze();
				// they are stored with the step, and asked again with these words when it is refused
				said[frm.doc.name] = values;
				Object.assign(frm.doc, values);
				draft.done();
				resolve();
			},
		});
		const draft = socaid.drafts.of_dialog(dialog, `step:${frm.doctype}:${frm.docname}:${action}`);
		dialog.show();
	});
}

function add_create(frm, doctype, group, action) {
	if (frappe.model.can_create(doctype)) {
		frm.add_custom_button(__(doctype), action, group);
	}
}

// Members whose authorisation is missing come first: they hold up the case.
function choose_member(frm) {
	const members = (frm.doc.members || []).filter((row) => row.recipient);
	const open = (row) => {
		const values = {
			application: frm.doc.name,
			recipient: row.recipient,
			person_role: row.recipient === frm.doc.applicant ? "Applicant" : "Family Member",
		};
		frappe.new_doc("Check Authorization", values);
	};
	const missing = members.filter((row) => !row.consent);
	const choices = missing.length ? missing : members;
	if (choices.length === 1) {
		open(choices[0]);
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: __("Whose authorisation?"),
		fields: [
			{
				fieldname: "member",
				fieldtype: "Select",
				label: __("Member"),
				reqd: 1,
				options: choices.map((row) => ({
					value: row.recipient,
					label: row.member_name || row.recipient,
				})),
			},
		],
		primary_action_label: __("Continue"),
		primary_action({ member }) {
			dialog.hide();
			open(choices.find((row) => row.recipient === member));
		},
	});
	dialog.show();
}

function render_step(frm, step) {
	const escape = frappe.utils.escape_html;
	return `<div class="socaid-next-step"><b>${escape(__(step.action, null, "Assistance Application"))} → ${escape(
		__(step.to_state)
	)}</b><ul>${socaid.breach_list(step.breaches, frm)}</ul></div>`;
}

function render_assessment(doc) {
	let data = null;
	try {
		data = doc.assessment ? JSON.parse(doc.assessment) : null;
	} catch {
		data = null;
	}
	if (!data || !(data.lines || []).length) {
		return `<div class="text-muted">${__("The calculation appears here once the application is saved.")}</div>`;
	}
	return socaid.assessment_table(data.lines);
}
