const REGISTRY = "socaid_app.socaid_app.registry";
const ACTIONS = "socaid_app.socaid_app.household_actions";
const PAGE = "socaid_app.socaid_app.household_page";
const STATUS_COLOURS = { Active: "green", Closed: "gray" };

frappe.ui.form.on("Recipient Household", {
	setup(frm) {
		frm.set_query("head", () => ({ filters: { status: ["!=", "Deceased"] } }));
		frm.set_query("recipient", "members", () => ({ filters: { status: ["!=", "Deceased"] } }));
		frm.set_query("division", () => ({ filters: { level: "Village" } }));
	},

	refresh(frm) {
		frm.toggle_display("location", false);
		mark_those_who_left(frm);
		if (frm.is_new()) {
			frm.get_field("summary").$wrapper.html(
				`<p class="text-muted">${__("Entitlements and history appear here once the household is saved.")}</p>`
			);
			return;
		}
		const standing = frm.doc.status === "Active" && frm.doc.standing;
		frm.page.set_indicator(
			__(standing || frm.doc.status, null, frm.doctype),
			standing ? socaid.standing_colours[standing] : STATUS_COLOURS[frm.doc.status]
		);
		// Members are entered once; afterwards they come and go through the actions, which keep the history.
		frm.set_df_property("members", "cannot_delete_rows", 1);
		frm.set_df_property("members", "cannot_add_rows", frm.doc.current_benefit ? 1 : 0);
		if (frm.doc.merged_into) {
			frm.dashboard.set_headline_alert(
				__("Merged into household {0}.", [
					`<a href="${frappe.utils.get_form_link("Recipient Household", frm.doc.merged_into)}">${frappe.utils.escape_html(frm.doc.merged_into)}</a>`,
				]),
				"gray"
			);
		}
		const rows = present(frm);
		if (frm.doc.status === "Active" && rows.length && !rows.some((row) => row.recipient === frm.doc.head)) {
			frm.dashboard.set_headline_alert(
				__("The head died or left. Choose with “Change Head” who follows."),
				"orange"
			);
		}
		show_overview(frm);
		show_summary(frm);
		add_actions(frm);
		frm.add_custom_button(__("As of a Day"), () => as_of_a_day(frm));
		offer_map(frm);
	},

	// A household is entered from its head: the first member row follows.
	head(frm) {
		if (!frm.is_new() || !frm.doc.head) return;
		const rows = frm.doc.members || [];
		if (!rows.some((row) => row.recipient)) {
			frm.clear_table("members");
			const row = frm.add_child("members", { kinship: "02", residence: "Living Together" });
			frappe.model.set_value(row.doctype, row.name, "recipient", frm.doc.head);
			// the row shows the relation's title instead of its code once the title is known
			Promise.resolve(frappe.utils.fetch_link_title("Kinship Code", row.kinship)).then(() =>
				frm.refresh_field("members")
			);
		}
		if (!frm.doc.division) {
			frappe.db
				.get_value("Recipient", frm.doc.head, "division")
				.then(({ message }) => message && frm.set_value("division", message.division));
		}
	},
});

// --- actions ---------------------------------------------------------------------------------------------
function present(frm) {
	const today = frappe.datetime.get_today();
	return (frm.doc.members || []).filter((row) => !row.left_on || row.left_on > today);
}

function options(rows) {
	return rows.map((row) => ({ value: row.recipient, label: row.member_name || row.recipient }));
}

function add_actions(frm) {
	if (!(frm.perm[0] && frm.perm[0].write)) return;
	const group = __("Household Changes");
	const add = (label, action) => frm.add_custom_button(label, () => action(frm), group);
	if (frm.doc.status !== "Active") {
		if (!frm.doc.merged_into) add(__("Reopen Household"), (frm) => with_reason(frm, "reopen", __("Reopen Household")));
		return;
	}
	add(__("Change Head"), change_head);
	add(__("Add Member"), add_member);
	add(__("Member Leaves"), remove_member);
	add(__("Change Residence"), change_residence);
	add(__("Split Household"), split);
	add(__("Merge Into Another"), merge);
	add(__("Transfer to Another Division"), transfer);
	add(__("Correct an Entry"), correct_entry);
	add(__("Close Household"), (frm) => with_reason(frm, "close", __("Close Household")));
	const create = __("Create");
	frm.add_custom_button(
		__("Circumstance Change"),
		() => frappe.new_doc("Circumstance Change", { household: frm.doc.name }),
		create
	);
	if (frm.doc.current_benefit) {
		frm.add_custom_button(
			__("Review Classification"),
			() => frappe.new_doc("Review Classification", { household: frm.doc.name }),
			create
		);
	}
	frm.add_custom_button(
		__("Assistance Application"),
		() =>
			frappe.new_doc("Assistance Application", { household: frm.doc.name, applicant: frm.doc.head }),
		create
	);
}

function run(frm, method, args, home = ACTIONS) {
	return frappe
		.xcall(`${home}.${method}`, { household: frm.doc.name, ...args })
		.then((answer) => frm.reload_doc().then(() => tell(answer)));
}

// What became of it: done, or waiting for another person, or for its day.
function tell(answer) {
	if (!answer?.change) return answer;
	const link = `<a href="${frappe.utils.get_form_link("Circumstance Change", answer.change)}">${frappe.utils.escape_html(answer.change)}</a>`;
	const words = {
		"To Review": [__("Another person confirms it before it takes effect: {0}", [link]), "orange"],
		Confirmed: [__("It takes effect on its day: {0}", [link]), "blue"],
		"In Effect": [__("Done, and kept in the history: {0}", [link]), "green"],
	}[answer.status];
	if (words) frappe.show_alert({ message: words[0], indicator: words[1] }, 10);
	return answer;
}

function ask(frm, title, fields, action) {
	if (frm.is_dirty()) {
		frappe.msgprint(__("Save the household first."));
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: __("Carry Out"),
		primary_action(values) {
			// What the server refuses it says itself; the dialog stays open with what was entered.
			action(values).then(
				() => dialog.hide(),
				() => {}
			);
		},
	});
	dialog.show();
}

const REASON = () => ({ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 });
const DAY = (label, fieldname = "on") => ({
	fieldname,
	fieldtype: "Date",
	label: label || __("As From"),
	default: frappe.datetime.get_today(),
	reqd: 1,
	description: __("A day to come is allowed: it takes effect then."),
});

function kinship_field(row, why) {
	return {
		fieldname: `kinship_${row.recipient}`,
		fieldtype: "Link",
		options: "Kinship Code",
		label: __("{0}: relation to the new head", [row.member_name || row.recipient]),
		description: why,
	};
}

function kinships_from(values) {
	const found = {};
	Object.keys(values)
		.filter((key) => key.startsWith("kinship_") && values[key])
		.forEach((key) => (found[key.slice("kinship_".length)] = values[key]));
	return found;
}

function change_head(frm) {
	const rows = present(frm);
	ask(
		frm,
		__("Change Head"),
		[
			{
				fieldname: "recipient",
				fieldtype: "Select",
				label: __("New Head"),
				options: options(rows.filter((row) => row.recipient !== frm.doc.head)),
				reqd: 1,
			},
			...rows.map((row) => ({
				...kinship_field(row),
				depends_on: `eval:doc.recipient && doc.recipient != ${JSON.stringify(row.recipient)}`,
			})),
			DAY(),
			REASON(),
		],
		(values) =>
			run(frm, "change_head", {
				recipient: values.recipient,
				kinships: kinships_from(values),
				on: values.on,
				reason: values.reason,
			})
	);
}

function add_member(frm) {
	ask(
		frm,
		__("Add Member"),
		[
			{
				fieldname: "recipient",
				fieldtype: "Link",
				options: "Recipient",
				label: __("Recipient"),
				reqd: 1,
				// whoever moved away and comes back is entered by joining
				get_query: () => ({ filters: { status: ["!=", "Deceased"] } }),
			},
			{ fieldname: "kinship", fieldtype: "Link", options: "Kinship Code", label: __("Kinship"), reqd: 1 },
			{
				fieldname: "residence",
				fieldtype: "Select",
				label: __("Residence"),
				options: frappe.meta
					.get_docfield("Household Member", "residence")
					.options.split("\n")
					.map((value) => ({ value, label: __(value) })),
				default: "Living Together",
				reqd: 1,
			},
			DAY(__("Joined On"), "joined_on"),
			{ ...REASON(), reqd: 0 },
		],
		(values) => run(frm, "add_member", values)
	);
}

function remove_member(frm) {
	ask(
		frm,
		__("Member Leaves"),
		[
			{
				fieldname: "recipient",
				fieldtype: "Select",
				label: __("Member"),
				options: options(present(frm)),
				reqd: 1,
				description: __("Where the head dies or leaves, choose afterwards who follows."),
			},
			{
				fieldname: "left_on",
				fieldtype: "Date",
				label: __("Left On"),
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
			{
				fieldname: "reason",
				fieldtype: "Select",
				label: __("Leave Reason"),
				options: frappe.meta
					.get_docfield("Household Member", "leave_reason")
					.options.split("\n")
					.filter(Boolean)
					.map((value) => ({ value, label: __(value, null, "Household Member") })),
				reqd: 1,
				description: __("It is recorded for the person, and the household's benefit comes under review."),
			},
			{
				fieldname: "note",
				fieldtype: "Small Text",
				label: __("Note"),
				mandatory_depends_on: "eval:doc.reason === 'Entered by Mistake'",
			},
		],
		(values) => run(frm, "remove_member", values)
	);
}

function change_residence(frm) {
	ask(
		frm,
		__("Change Residence"),
		[
			{
				fieldname: "recipient",
				fieldtype: "Select",
				label: __("Member"),
				options: options(present(frm)),
				reqd: 1,
			},
			{
				fieldname: "residence",
				fieldtype: "Select",
				label: __("Residence"),
				options: frappe.meta
					.get_docfield("Household Member", "residence")
					.options.split("\n")
					.map((value) => ({ value, label: __(value, null, "Household Member") })),
				reqd: 1,
			},
			DAY(),
			{ ...REASON(), reqd: 0 },
		],
		(values) => run(frm, "change_residence", values)
	);
}

function split(frm) {
	const rows = present(frm).filter((row) => row.recipient !== frm.doc.head);
	if (!rows.length) {
		frappe.msgprint(__("The household has no other member than its head."));
		return;
	}
	ask(
		frm,
		__("Split Household"),
		[
			{
				fieldname: "recipients",
				fieldtype: "MultiCheck",
				label: __("Members of the New Household"),
				options: options(rows),
				columns: 2,
				reqd: 1,
				// A MultiCheck does not ask for the fields that depend on it.
				on_change: () => cur_dialog && cur_dialog.refresh_dependency(),
			},
			{
				fieldname: "head",
				fieldtype: "Select",
				label: __("Head of the New Household"),
				options: options(rows),
				reqd: 1,
			},
			...rows.map((row) => ({
				...kinship_field(row),
				depends_on: `eval:(doc.recipients || []).includes(${JSON.stringify(row.recipient)}) && doc.head != ${JSON.stringify(row.recipient)}`,
			})),
			DAY(),
			REASON(),
		],
		(values) =>
			run(frm, "split", {
				recipients: values.recipients,
				head: values.head,
				kinships: kinships_from(values),
				on: values.on,
				reason: values.reason,
			}).then(({ opened }) => opened && frappe.set_route("Form", "Recipient Household", opened))
	);
}

function merge(frm) {
	const rows = present(frm);
	ask(
		frm,
		__("Merge Into Another"),
		[
			{
				fieldname: "into",
				fieldtype: "Link",
				options: "Recipient Household",
				label: __("Household That Remains"),
				reqd: 1,
				get_query: () => ({ filters: { status: "Active", name: ["!=", frm.doc.name] } }),
			},
			...rows.map((row) => kinship_field(row, __("Relation to the head of the household that remains."))),
			DAY(),
			REASON(),
		],
		(values) =>
			run(frm, "merge", {
				into: values.into,
				kinships: kinships_from(values),
				on: values.on,
				reason: values.reason,
			})
	);
}

function transfer(frm) {
	ask(
		frm,
		__("Transfer to Another Division"),
		[
			{
				fieldname: "division",
				fieldtype: "Link",
				options: "Administrative Division",
				label: __("New Division"),
				reqd: 1,
				get_query: () => ({ filters: { level: "Village" } }),
				description: __("The side that receives the household accepts it."),
			},
			DAY(),
			REASON(),
		],
		(values) => run(frm, "transfer", values)
	);
}

function with_reason(frm, method, title) {
	ask(frm, title, [REASON()], (values) => run(frm, method, values, REGISTRY));
}

// What was entered wrongly; the old value stays in the history.
const ENTRIES = {
	"Joined On": ["Date", "joined_on"],
	Kinship: ["Link", "kinship", "Kinship Code"],
	Residence: ["Select", "residence"],
	"Home Address": ["Small Text", "address"],
	"Area Type": ["Select", "area"],
};

function correct_entry(frm) {
	const of_member = (fact) => ["Joined On", "Kinship", "Residence"].includes(fact);
	const facts = Object.keys(ENTRIES).filter((fact) => fact !== "Home Address" || frm.fields_dict.address?.df.read_only !== 1);
	const value = ([fact, [fieldtype, field, options]]) => ({
		fieldname: field,
		fieldtype,
		label: __("It Should Be"),
		options:
			options ||
			(fieldtype === "Select"
				? frappe.meta
						.get_docfield(of_member(fact) ? "Household Member" : "Recipient Household", field)
						.options.split("\n")
						.map((one) => ({ value: one, label: __(one, null, of_member(fact) ? "Household Member" : "Recipient Household") }))
				: undefined),
		depends_on: `eval:doc.fact === ${JSON.stringify(fact)}`,
		mandatory_depends_on: `eval:doc.fact === ${JSON.stringify(fact)}`,
	});
	ask(
		frm,
		__("Correct an Entry"),
		[
			{
				fieldname: "fact",
				fieldtype: "Select",
				label: __("Which Entry Is Wrong"),
				options: facts.map((fact) => ({ value: fact, label: __(fact, null, "Changed Fact") })),
				reqd: 1,
				description: __("Only what was wrong from the start. What became otherwise is a change."),
			},
			{
				fieldname: "recipient",
				fieldtype: "Select",
				label: __("Member"),
				options: options(present(frm)),
				depends_on: "eval:['Joined On', 'Kinship', 'Residence'].includes(doc.fact)",
				mandatory_depends_on: "eval:['Joined On', 'Kinship', 'Residence'].includes(doc.fact)",
			},
			...Object.entries(ENTRIES).map(value),
			{ ...REASON(), label: __("What Was Wrong") },
		],
		(values) =>
			run(frm, "correct_entry", {
				facts: [
					{
						recipient: of_member(values.fact) ? values.recipient : null,
						fact: values.fact,
						value_after: values[ENTRIES[values.fact][1]],
					},
				],
				reason: values.reason,
			})
	);
}

// --- what comes first ------------------------------------------------------------------------------------
function show_overview(frm) {
	const field = frm.get_field("overview").$wrapper.addClass("socaid-overview");
	frappe.xcall(`${PAGE}.overview`, { household: frm.doc.name }).then(({ due, waiting }) => {
		field.html(
			[
				tile(__("Who"), who(frm)),
				tile(__("Receives"), receives(frm)),
				tile(__("Due"), due.map(due_line).join("") || quiet(__("Nothing is due."))),
				waiting.length ? tile(__("Waits"), waiting.map(waiting_line).join("")) : "",
			].join("")
		);
	});
}

const quiet = (text) => `<div class="text-muted">${text}</div>`;
const tile = (title, body) => `<section><h4>${title}</h4>${body}</section>`;

function who(frm) {
	const escape = frappe.utils.escape_html;
	const rows = present(frm);
	const names = rows
		.map((row) =>
			row.recipient === frm.doc.head ? `<b>${escape(row.member_name || "")}</b>` : escape(row.member_name || "")
		)
		.join("、");
	return `<div>${names || quiet(__("Nobody lives here now."))}</div>${quiet(__("{0} persons", [rows.length]))}`;
}

function receives(frm) {
	if (!frm.doc.current_benefit) return quiet(__("No benefit now."));
	return `<div><b>${frappe.utils.escape_html(frm.doc.current_benefit)}</b></div>
		<div>${__("{0} a month", [format_currency(frm.doc.current_amount, "CNY")])}</div>`;
}

function due_line(row) {
	const escape = frappe.utils.escape_html;
	const colour = row.left < 0 ? "red" : row.left === 0 ? "orange" : row.left <= row.soon ? "yellow" : "gray";
	const label =
		row.doctype === "Recipient Household"
			? escape(row.label)
			: `<a href="${frappe.utils.get_form_link(row.doctype, row.name)}">${escape(row.label)}</a>`;
	return `<div>${label} ${frappe.datetime.str_to_user(row.day)}
		<span class="indicator-pill ${colour} no-indicator-dot">${socaid.due.words(row)}</span></div>`;
}

function waiting_line(row) {
	const escape = frappe.utils.escape_html;
	const title = row.may_open
		? `<a href="${frappe.utils.get_form_link("Circumstance Change", row.name)}">${escape(row.title)}</a>`
		: escape(row.title);
	const state =
		row.status === "Confirmed"
			? __("takes effect on {0}", [frappe.datetime.str_to_user(row.happened_on)])
			: row.place
			? __("waits for {0} to accept", [escape(row.place)])
			: __("waits for another person");
	return `<div>${title}：${escape(row.state_after || "")} <span class="text-muted">${state}</span></div>`;
}

// --- as of a day -----------------------------------------------------------------------------------------
function as_of_a_day(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("The Household as of a Day"),
		fields: [
			{
				fieldname: "day",
				fieldtype: "Date",
				label: __("As of a Day"),
				default: frappe.datetime.get_today(),
				reqd: 1,
				max_date: frappe.datetime.str_to_obj(frappe.datetime.get_today()),
				change: () => show_day(frm, dialog),
			},
			{ fieldname: "shown", fieldtype: "HTML" },
		],
	});
	dialog.show();
	show_day(frm, dialog);
}

function show_day(frm, dialog) {
	const day = dialog.get_value("day");
	if (!day || dialog.shown_day === day) return;
	dialog.shown_day = day;
	frappe.xcall(`${REGISTRY}.household_as_of`, { household: frm.doc.name, day }).then((found) => {
		if (dialog.shown_day === day) dialog.get_field("shown").$wrapper.html(day_shown(found));
	});
}

function day_shown(found) {
	const escape = frappe.utils.escape_html;
	const line = (label, value) => `<tr><th class="text-muted">${label}</th><td>${value || "—"}</td></tr>`;
	const members = found.members
		.map((row) => {
			const away = row.residence === "Living Together" ? "" : ` · ${__(row.residence, null, "Household Member")}`;
			return `<div>${escape(row.name || row.recipient)}（${escape(row.relation || "")}${away}）</div>`;
		})
		.join("");
	const benefits = found.benefits
		.map((row) => `<div>${escape(row.category)} ${format_currency(row.amount, "CNY")}</div>`)
		.join("");
	const early =
		found.day < found.entered_on
			? quiet(
					__("The household was entered on {0}. Of days before, only what is known with its date is shown.", [
						frappe.datetime.str_to_user(found.entered_on),
					])
			  )
			: "";
	return `<div class="table-responsive"><table class="table table-sm socaid-day">
		${line(__("Status"), __(found.status, null, "Recipient Household"))}
		${line(__("Head of Household"), found.head_name ? escape(found.head_name) : __("not on record"))}
		${line(__("Members", null, "Recipient Household"), members)}
		${line(__("Village or Community"), escape(found.place || ""))}
		${found.address ? line(__("Home Address"), escape(found.address)) : ""}
		${line(__("Benefits of the Month"), benefits)}
	</table></div>${early}`;
}

// --- members ---------------------------------------------------------------------------------------------
function mark_those_who_left(frm) {
	const living_here = new Set(present(frm).map((row) => row.name));
	frm.get_field("members").grid.grid_rows.forEach((grid_row) =>
		grid_row.wrapper.toggleClass("socaid-left", !living_here.has(grid_row.doc.name))
	);
}

// --- summary ---------------------------------------------------------------------------------------------
function show_summary(frm) {
	frappe.xcall(`${REGISTRY}.summary`, { household: frm.doc.name }).then((data) => {
		frm.get_field("summary").$wrapper
			.addClass("socaid-summary")
			.html(entitlements_table(data.entitlements) + timeline(data));
	});
}

function entitlements_table(rows) {
	if (!rows.length) {
		return `<p class="text-muted">${__("No entitlement has been granted to this household.")}</p>`;
	}
	const escape = frappe.utils.escape_html;
	const month = (day) => (day ? day.slice(0, 7) : __("until further notice"));
	const body = rows
		.map(
			(row) => `<tr>
				<td><a href="${frappe.utils.get_form_link("Entitlement", row.name)}">${escape(row.name)}</a></td>
				<td>${escape(row.category)}</td>
				<td>${month(row.start_month)} – ${month(row.end_month)}</td>
				<td class="text-right">${row.member_count || ""}</td>
				<td class="text-right">${format_currency(row.amount, "CNY")}</td>
				<td>${__(row.status, null, "Entitlement")}</td>
			</tr>`
		)
		.join("");
	const head = [__("Entitlement"), __("Category", null, "Entitlement"), __("Period"), __("Persons"), __("Amount (yuan)"), __("Status")]
		.map((label) => `<th>${label}</th>`)
		.join("");
	return `<div class="table-responsive"><table class="table table-bordered table-sm">
		<thead><tr>${head}</tr></thead><tbody>${body}</tbody>
	</table></div>`;
}

function timeline({ events, records, names }) {
	const lines = [...events.map((row) => change_line(row, names)), ...records.map(record_line)];
	if (!lines.length) return `<p class="text-muted">${__("No changes recorded yet.")}</p>`;
	// the newest first; what happened on one day stays in its order
	lines.sort((one, other) => other.day.localeCompare(one.day));
	const items = lines.map(
		({ day, title, details, undone }) => `<li class="${undone ? "socaid-undone" : ""}"><span class="text-muted">${frappe.datetime.str_to_user(day)}</span>
			<b>${title}</b> ${details.filter(Boolean).join(" · ")}</li>`
	);
	return `<ul class="socaid-timeline">${items.join("")}</ul>`;
}

function change_line(row, names) {
	const escape = frappe.utils.escape_html;
	return {
		day: row.happened_on,
		title: __(row.event, null, "Household Event"),
		details: [
			row.recipient && escape(names[row.recipient] || row.recipient),
			row.other_household &&
				`<a href="${frappe.utils.get_form_link("Recipient Household", row.other_household)}">${escape(row.other_household)}</a>`,
			row.to_division &&
				`${escape(names[row.from_division] || row.from_division)} → ${escape(names[row.to_division] || row.to_division)}`,
			(row.before || row.after) && `${escape(row.before || "—")} → ${escape(row.after || "—")}`,
			row.reason && escape(__(row.reason, null, "Household Event")),
			row.change &&
				`<a href="${frappe.utils.get_form_link("Circumstance Change", row.change)}">${escape(row.change)}</a>`,
			`<span class="text-muted">${escape(row.by || "")}</span>`,
		],
		undone: row.undone,
	};
}

// A finding or a payment: told by its own module, opened where it stands.
function record_line(row) {
	const escape = frappe.utils.escape_html;
	return {
		day: row.happened_on,
		title: escape(row.title),
		details: [`<a href="${frappe.utils.get_form_link(row.doctype, row.name)}">${escape(row.detail)}</a>`],
	};
}

// --- map -------------------------------------------------------------------------------------------------
// Drawn only when asked for: a map service learns the place of a home from what it is asked to draw.
function offer_map(frm) {
	const placed = frm.doc.latitude && frm.doc.longitude;
	if (placed) frm.add_custom_button(__("Show on Map"), () => show_on_map(frm));
}

// The map field is drawn from the coordinates, which visits record; it is not edited itself.
function show_on_map(frm) {
	const point = {
		type: "FeatureCollection",
		features: [
			{
				type: "Feature",
				properties: {},
				geometry: { type: "Point", coordinates: [frm.doc.longitude, frm.doc.latitude] },
			},
		],
	};
	frm.doc.location = JSON.stringify(point);
	frm.toggle_display("location", true);
	frm.refresh_field("location");
	frm.scroll_to_field("location");
}
