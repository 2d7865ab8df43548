// The form shows what is open now: one primary step, the others in a menu, and the clocks on top.
const STEPS = "socaid_app.petition_desk.petitions";
const OPEN = ["Recorded", "Under Way"];
const ROUTES = ["Handled as Petition", "Answer of Duty", "Administrative Procedure"].concat([
	"Litigation or Reconsideration",
	"Arbitration",
	"Party Members' Appeal",
]);
// Nobody has to be told of these by us (yet).
const NOT_TOLD = ["Recorded", "Sent Back", "Joined"];
// Delivered whatever the state; notices and the opinion are offered with theirs.
const OTHER_PAPERS = ["Notice of Extension", "Review Opinion", "Recheck Opinion", "Notice of Not Admitting a Review"];
const TO_REPORT = ["Passed On", "Not Taken Up", "Answered", "In Review", "In Recheck", "Concluded"];
const SENT_TO_US = ["Passed on to Us", "Assigned to Us"];

frappe.ui.form.on("Petition", {
	setup(frm) {
		// papers come from the steps, in the states that allow them
		const held = () => ["Under Way", "In Review", "In Recheck"].includes(frm.doc.status);
		frm.can_make_methods = {
			"Petition Transfer": () => false,
			"Petition Delivery": () => false,
			"Petition Review": () => false,
			"Petition Hearing": held,
			"Petition Settlement": () => held() || [...OPEN, "Passed On"].includes(frm.doc.status),
		};
		frm.set_query("division", () => ({ filters: { level: ["in", ["County", "Township", "Village"]] } }));
		frm.set_query("unit_division", "accused", () => ({
			filters: { level: ["in", ["County", "Township", "Village"]] },
		}));
	},

	onload_post_render(frm) {
		if (frm.is_new()) frm.get_field("subject").$input?.focus();
	},

	refresh(frm) {
		show_secrecy(frm);
		if (frm.is_new()) {
			frm.set_df_property("clock_html", "hidden", 1);
			return;
		}
		const steps = frm.perm[0].write ? steps_of(frm) : [];
		const draft = frm.is_dirty();
		steps.forEach(({ label, run, primary }) => {
			if (primary && !draft) frm.page.set_primary_action(label, run);
			else frm.add_custom_button(label, run, __("Other Steps"));
		});
		show_extension(frm);
		show_clocks(frm);
		show_history(frm);
	},

	category: show_secrecy,

	after_save(frm) {
		// whoever recorded an accusation does not see it again
		if (frm.doc.restricted && !frappe.user.has_role("Accusation Handler")) {
			frappe.show_alert({
				message: __("The accusation {0} is recorded. From now on only its handlers see it.", [
					frm.doc.petition_number,
				]),
				indicator: "green",
			});
			frappe.set_route("List", "Petition");
		}
	},
});

function show_secrecy(frm) {
	frm.set_intro("");
	if (frm.doc.category === "Accusation") {
		frm.set_intro(
			frm.is_new()
				? __("An accusation is seen by Accusation Handlers only (Art. 30). Once saved, you may not see it again.")
				: __("Restricted: tell nobody that this accusation exists (Art. 30)."),
			"red"
		);
	}
}

// --- steps --------------------------------------------------------------------------------------------
function steps_of(frm) {
	const { doc } = frm;
	const { reachable = true, reports = [], head = false, remedy, papers = [], code } = doc.__onload?.choices || {};
	const found = [];
	const step = (label, run, primary) => found.push({ label, run: () => run(frm), primary: Boolean(primary) });
	if (doc.status === "Recorded") {
		step(__("Take Up"), take_up, true);
		step(__("Answer on the Spot"), answer);
		step(__("Do Not Take Up"), refuse);
		if (SENT_TO_US.includes(doc.channel)) step(__("Send Back"), send_back);
	}
	if (OPEN.includes(doc.status)) {
		step(__("Give to a Handler"), assign);
		step(__("Pass On"), pass_on);
		step(__("Join Into Another"), join);
		step(__("Change Category or Route"), reclassify);
		if (doc.handler === frappe.session.user) step(__("Stand Aside"), stand_aside);
		if (!doc.urgent_reported_on) step(__("Report at Once"), report_urgent);
	}
	if (doc.status === "Under Way") {
		step(__("Give the Answer"), answer, true);
		add_extension(doc, step, head);
		add_paper(frm, step, "Petition Hearing", __("Hold a Hearing"));
		add_paper(frm, step, "Petition Settlement", __("Mediate"));
	}
	if (doc.status === "Passed On") {
		add_extension(doc, step, head);
		reports.forEach(({ name, to_unit }, place) =>
			step(
				reports.length > 1 ? __("Record the Report of {0}", [to_unit]) : __("Record the Report"),
				() => frappe.set_route("Form", "Petition Transfer", name),
				!place
			)
		);
		if (!reports.length) {
			step(__("Conclude", null, "Petition"), conclude, true);
			step(__("Give the Answer"), answer);
		}
	}
	if (doc.status === "Answered") {
		const arrived = Boolean(doc.delivered_on);
		if (arrived || !reachable) step(__("Conclude", null, "Petition"), conclude, true);
		if (!arrived) step(__("Record the Delivery"), (form) => deliver(form, "Opinion on Handling"), reachable);
	}
	if (remedy) step(__("Ask for a Review"), (form) => ask_for_review(form, remedy));
	if (["In Review", "In Recheck"].includes(doc.status)) {
		step(__("Open the Review"), open_review, true);
		add_paper(frm, step, "Petition Hearing", __("Hold a Hearing"));
	}
	if (doc.status === "Joined") step(__("Undo the Joining"), separate);
	if (SENT_TO_US.includes(doc.channel) && !doc.sender_told_on && TO_REPORT.includes(doc.status)) {
		step(__("Report to the Sender"), tell_sender);
	}
	if (doc.answered_on && !doc.satisfaction) step(__("Record the Satisfaction"), record_satisfaction);
	if (!doc.notified_on && !NOT_TOLD.includes(doc.status)) {
		const kind = { "Not Taken Up": "Notice of Not Taking Up", "Passed On": "Transfer Notice" }[doc.status];
		step(
			__("Record the Notice"),
			(form) => deliver(form, kind || "Notice of Taking Up"),
			doc.status === "Not Taken Up"
		);
	}
	papers
		.filter(({ document_kind }) => OTHER_PAPERS.includes(document_kind))
		.forEach(({ document_kind, review }) =>
			step(__("Record the Delivery: {0}", [__(document_kind, null, "Petition Delivery")]), (form) =>
				deliver(form, document_kind, review)
			)
		);
	if (code) step(__("Hand Out a Tracking Code"), hand_out_code);
	return found;
}

// The handler asks, the head decides (Art. 34).
function add_extension(doc, step, head) {
	if (!doc.decide_due || doc.extension_days) return;
	if (head) {
		step(__("Approve Extension"), extend);
		if (doc.extension_wanted) step(__("Refuse Extension"), refuse_extension);
	} else if (!doc.extension_wanted) {
		step(__("Ask for Extension"), ask_extension);
	}
}

function add_paper(frm, step, doctype, label) {
	step(label, () => frappe.new_doc(doctype, { petition: frm.doc.name }));
}

function run(frm, method, args = {}) {
	return frappe
		.call({ method: `${STEPS}.${method}`, args: { name: frm.doc.name, ...args }, freeze: true })
		.then(({ message }) => message);
}

function ask(frm, title, fields, method, args = {}) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: __("Confirm"),
		primary_action(values) {
			run(frm, method, { ...args, ...values }).then(() => {
				dialog.hide();
				frm.reload_doc();
			});
		},
	});
	dialog.show();
	return dialog;
}

const text = (fieldname, label, reqd = 1) => ({ fieldname, label, fieldtype: "Small Text", reqd });
const options = (words) => words.map((value) => ({ value, label: __(value, null, "Petition") }));

function handler_field(reqd) {
	return {
		fieldname: "handler",
		label: __("Handler"),
		fieldtype: "Link",
		options: "User",
		reqd,
		get_query: () => ({ filters: { enabled: 1, user_type: "System User" } }),
	};
}

function take_up(frm) {
	const appeal = frm.doc.category === "Appeal for Help";
	ask(
		frm,
		__("Take Up"),
		[
			...(appeal ? [route_field()] : []),
			handler_field(0),
			{ fieldname: "handling_unit", label: __("Handling Unit"), fieldtype: "Data" },
			{
				...text("new_facts", __("New Facts"), 0),
				description: __("Only where an earlier petition on this matter has been rechecked (Art. 36)."),
				hidden: !frm.doc.is_repeat,
			},
		],
		"take_up"
	);
}

const refuse = (frm) => ask(frm, __("Do Not Take Up"), [text("reason", __("Why Not Taken Up"))], "refuse");
const send_back = (frm) => ask(frm, __("Send Back"), [text("reason", __("Reason"))], "send_back");
const separate = (frm) => ask(frm, __("Undo the Joining"), [text("reason", __("Reason"))], "separate");
const stand_aside = (frm) => ask(frm, __("Stand Aside"), [text("reason", __("Reason"))], "stand_aside");

function pass_on(frm) {
	ask(
		frm,
		__("Pass On"),
		[
			{
				fieldname: "kind",
				label: __("Kind of Transfer", null, "Petition Transfer"),
				fieldtype: "Select",
				options: ["Passed On to Competent Unit", "Assigned with Deadline"].map((value) => ({
					value,
					label: __(value, null, "Petition Transfer"),
				})),
				default: "Passed On to Competent Unit",
				reqd: 1,
			},
			{ fieldname: "unit", label: __("To Unit"), fieldtype: "Data", reqd: 1 },
			{
				fieldname: "to_division",
				label: __("To Division"),
				fieldtype: "Link",
				options: "Administrative Division",
			},
			{
				fieldname: "due",
				label: __("Report Due"),
				fieldtype: "Date",
				depends_on: "eval:doc.kind === 'Assigned with Deadline'",
				mandatory_depends_on: "eval:doc.kind === 'Assigned with Deadline'",
			},
			text("reason", __("Reason")),
		],
		"pass_on"
	);
}

function assign(frm) {
	ask(
		frm,
		__("Give to a Handler"),
		[
			{ ...handler_field(1), default: frm.doc.handler },
			{
				fieldname: "handling_unit",
				label: __("Handling Unit"),
				fieldtype: "Data",
				default: frm.doc.handling_unit,
			},
		],
		"assign"
	);
}

function ask_about_extension(frm, title, method) {
	ask(
		frm,
		title,
		[
			{
				fieldname: "days",
				label: __("Days of Extension"),
				fieldtype: "Int",
				default: frm.doc.extension_wanted || 30,
				reqd: 1,
				description: __("At most 30, once, approved by the head (Art. 34)."),
			},
			{ ...text("reason", __("Why Extended")), default: frm.doc.extension_reason },
		],
		method
	);
}

const extend = (frm) => ask_about_extension(frm, __("Approve Extension"), "extend");
const ask_extension = (frm) => ask_about_extension(frm, __("Ask for Extension"), "ask_extension");
const refuse_extension = (frm) => ask(frm, __("Refuse Extension"), [text("reason", __("Reason"))], "refuse_extension");

function answer(frm) {
	const { doc } = frm;
	const appeal = doc.category === "Appeal for Help";
	const on_the_spot = appeal && doc.status === "Recorded";
	const opinion = appeal && ["", "Handled as Petition"].includes(doc.route || "");
	const dialog = ask(
		frm,
		__("Give the Answer"),
		[
			...(on_the_spot ? [route_field(() => show_opinion(dialog))] : []),
			{
				fieldname: "decision",
				label: __("Kind of Opinion"),
				fieldtype: "Select",
				options: options(["", "Supported", "Explained", "Not Supported"]),
				default: doc.decision,
				reqd: opinion,
			},
			{ ...text("findings", __("Facts and Reasons"), opinion), default: doc.findings },
			{ ...text("answer", __("Opinion", null, "Petition")), default: doc.answer },
			{
				fieldname: "insert_guide",
				label: __("Insert Policy Answer"),
				fieldtype: "Button",
				click: () => insert_guide(dialog, doc),
			},
			{ ...text("legal_basis", __("Legal Basis", null, "Petition"), opinion), default: doc.legal_basis },
		],
		"answer"
	);
}

// What an opinion on handling has to state, other answers may leave out (Art. 32).
function show_opinion(dialog) {
	const opinion = dialog.get_value("route") === ROUTES[0] ? 1 : 0;
	["decision", "findings", "legal_basis"].forEach((field) => dialog.set_df_property(field, "reqd", opinion));
}

function route_field(onchange) {
	return {
		fieldname: "route",
		label: __("Route", null, "Petition"),
		fieldtype: "Select",
		options: options(ROUTES),
		default: ROUTES[0],
		reqd: 1,
		description: __("Art. 31: only the first runs on the 60-day clock."),
		onchange,
	};
}

function insert_guide(dialog, doc) {
	socaid.pick_guide(doc.demand || doc.subject).then((guide) => {
		dialog.set_value("answer", socaid.with_guide(dialog.get_value("answer"), guide));
		if (!dialog.get_value("legal_basis")) dialog.set_value("legal_basis", guide.sources);
	});
}

function hand_out_code(frm) {
	const again = frm.doc.tracking_hash ? __("The earlier code ends.") : "";
	frappe.confirm(__("Hand out a code to look this petition up with? {0}", [again]), () =>
		frappe
			.call({ method: "socaid_app.petition_desk.tracking.hand_out", args: { name: frm.doc.name }, freeze: true })
			.then(({ message }) => {
				frappe.msgprint({
					title: __("Tracking Code"),
					message: `<p class="h3 text-center">${frappe.utils.escape_html(message)}</p>
						<p>${__("Write it down for the petitioner now: it is shown once and stored nowhere.")}</p>`,
				});
				frm.reload_doc();
			})
	);
}

function deliver(frm, document_kind, review) {
	ask(
		frm,
		__(document_kind, null, "Petition Delivery"),
		[
			{
				fieldname: "method",
				label: __("Way of Delivery"),
				fieldtype: "Select",
				options: ["Handed Over", "Left at the Home", "By Post", "Through Somebody Else"]
					.concat(["Electronically", "By Notice"], document_kind === "Notice of Extension" ? ["By Phone"] : [])
					.map((value) => ({ value, label: __(value, null, "Petition Delivery") })),
				default: frm.doc.channel === "Through the Web" ? "Electronically" : "Handed Over",
				reqd: 1,
			},
			{
				fieldname: "delivered_on",
				label: __("Delivered On"),
				fieldtype: "Date",
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
			{
				fieldname: "received_by",
				label: __("Received By"),
				fieldtype: "Data",
				default: frm.doc.petitioner_name,
			},
		],
		"deliver",
		{ document_kind, review }
	);
}

function conclude(frm) {
	frappe.confirm(__("Conclude this petition?"), () => run(frm, "conclude").then(() => frm.reload_doc()));
}

function tell_sender(frm) {
	ask(
		frm,
		__("Report to the Sender"),
		[
			{
				fieldname: "told_on",
				label: __("Reported to the Sender On"),
				fieldtype: "Date",
				default: frappe.datetime.get_today(),
				description: __("Print “Report to the Sender” first and send it with the papers."),
				reqd: 1,
			},
		],
		"tell_sender"
	);
}

function report_urgent(frm) {
	frappe.confirm(__("Report this petition to the heads now (Art. 25)?"), () =>
		run(frm, "report_urgent").then(() => frm.reload_doc())
	);
}

function join(frm) {
	ask(
		frm,
		__("Join Into Another"),
		[
			{
				fieldname: "into",
				label: __("Petition"),
				fieldtype: "Link",
				options: "Petition",
				default: frm.doc.repeat_of,
				reqd: 1,
				get_query: () => ({
					filters: { status: ["in", OPEN], name: ["!=", frm.doc.name], restricted: frm.doc.restricted },
				}),
			},
		],
		"join"
	);
}

function reclassify(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Change Category or Route"),
		fields: [
			{
				fieldname: "category",
				label: __("Category of Petition"),
				fieldtype: "Select",
				options: options(["Suggestion", "Accusation", "Appeal for Help"]),
				default: frm.doc.category,
				reqd: 1,
				description: __(
					"Becoming an accusation, the petition gets another number and disappears for all but its handlers."
				),
			},
			...(frm.doc.accepted_on
				? [
						{
							...route_field(),
							default: frm.doc.route || ROUTES[0],
							reqd: 0,
							depends_on: "eval:doc.category === 'Appeal for Help'",
							mandatory_depends_on: "eval:doc.category === 'Appeal for Help'",
						},
					]
				: []),
			text("reason", __("Reason")),
		],
		primary_action_label: __("Confirm"),
		primary_action(values) {
			run(frm, "reclassify", values).then((name) => {
				dialog.hide();
				if (!name) frappe.set_route("List", "Petition");
				else if (name === frm.doc.name) frm.reload_doc();
				else frappe.set_route("Form", "Petition", name);
			});
		},
	});
	dialog.show();
}

function record_satisfaction(frm) {
	const words = ["Very Satisfied", "Satisfied", "Neither", "Dissatisfied"];
	ask(
		frm,
		__("Record the Satisfaction"),
		[
			{
				fieldname: "satisfaction",
				label: __("Satisfaction"),
				fieldtype: "Select",
				options: options(words),
				reqd: 1,
			},
			text("comment", __("Comment", null, "Petition"), 0),
		],
		"record_satisfaction"
	);
}

function ask_for_review(frm, remedy) {
	const dialog = new frappe.ui.Dialog({
		title: __("Ask for a Review"),
		fields: [
			{
				fieldname: "stage",
				label: __("Stage", null, "Petition Review"),
				fieldtype: "Select",
				options: ["Review", "Recheck"].map((value) => ({
					value,
					label: __(value, null, "Petition Review"),
				})),
				default: remedy,
				read_only: 1,
				reqd: 1,
			},
			{
				fieldname: "requested_on",
				label: __("Asked For On"),
				fieldtype: "Date",
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
			{ fieldname: "reviewing_body", label: __("Reviewing Body"), fieldtype: "Data", reqd: 1 },
			text("request", __("Request and Reasons")),
			handler_field(0),
		],
		primary_action_label: __("Confirm"),
		primary_action(values) {
			frappe
				.xcall("socaid_app.petition_desk.reviews.ask", { petition: frm.doc.name, ...values })
				.then(() => {
					dialog.hide();
					frm.reload_doc();
				});
		},
	});
	dialog.show();
}

function open_review(frm) {
	frappe.set_route("List", "Petition Review", { petition: frm.doc.name, status: "Asked For" });
}

// --- what is shown ------------------------------------------------------------------------------------
function show_extension(frm) {
	const { status, extension_wanted: days, extension_asked_by: who, extension_reason: why } = frm.doc;
	if (status !== "Under Way" || !days) return;
	frm.set_intro(
		__("{0} asks for an extension by {1} days: {2}", [frappe.user.full_name(who), String(days), why || ""].map(frappe.utils.escape_html)),
		"orange"
	);
}

function show_clocks(frm) {
	const $wrapper = frm.fields_dict.clock_html.$wrapper.empty();
	frappe.xcall("socaid_app.petition_desk.clocks.strip", { petition: frm.doc.name }).then((clocks) => {
		if (!clocks.length) return;
		$wrapper.html(`<div class="table-responsive"><table class="table table-bordered table-sm mb-3">
			<thead><tr>${["Clock", "Next Due Date", "Days Left", "Legal Basis"]
				.map((head) => `<th>${__(head, null, "Petition")}</th>`)
				.join("")}</tr></thead>
			<tbody>${clocks.map(clock_row).join("")}</tbody></table></div>`);
	});
}

function clock_row(clock) {
	const escape = frappe.utils.escape_html;
	const day = frappe.datetime.str_to_user(clock.due) + (clock.provisional ? ` (${__("Provisional")})` : "");
	const [word, colour] = clock.done_on
		? [__("Done on {0}", [frappe.datetime.str_to_user(clock.done_on)]), "green"]
		: clock.left < 0
			? [__("{0} days late", [-clock.left]), "red"]
			: [__("{0} days left", [clock.left]), clock.left <= 3 ? "orange" : "blue"];
	return `<tr><td>${escape(clock.label)}</td><td class="text-nowrap">${day}</td>
		<td class="text-nowrap"><span class="indicator-pill ${colour}">${word}</span></td><td>${escape(clock.article)}</td></tr>`;
}

function show_history(frm) {
	const $wrapper = frm.fields_dict.history_html.$wrapper.empty();
	frappe.xcall("socaid_app.petition_desk.repeats.history", { petition: frm.doc.name }).then((rows) => {
		if (!rows.length) {
			$wrapper.html(`<p class="text-muted">${__("No earlier petition of this person.")}</p>`);
			return;
		}
		const ended = rows.find((row) => row.final && row.same_matter);
		if (ended && frm.doc.status === "Recorded") {
			frm.set_intro(
				__("{0} on the same matter has been rechecked and is final. Do not take this up (Art. 36).", [
					ended.petition_number,
				]),
				"orange"
			);
		}
		const escape = frappe.utils.escape_html;
		const cells = (row) => [
			frappe.utils.get_form_link("Petition", row.name, true, escape(row.petition_number || row.name)),
			escape(row.subject),
			__(row.status, null, "Petition"),
			frappe.datetime.str_to_user(row.received_on),
			row.decision ? __(row.decision, null, "Petition") : "",
			row.same_matter ? __("Same Matter") : "",
		];
		$wrapper.html(`<div class="table-responsive"><table class="table table-sm"><tbody>${rows
			.map((row) => `<tr>${cells(row).map((cell) => `<td>${cell}</td>`).join("")}</tr>`)
			.join("")}</tbody></table></div>`);
	});
}
