const REGISTRY = "socaid_app.socaid_app.registry";
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
		show_summary(frm);
		add_actions(frm);
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
	add(__("Split Household"), split);
	add(__("Merge Into Another"), merge);
	add(__("Transfer to Another Division"), transfer);
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

function run(frm, method, args) {
	return frappe
		.xcall(`${REGISTRY}.${method}`, { household: frm.doc.name, ...args })
		.then((answer) => frm.reload_doc().then(() => answer));
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
			REASON(),
		],
		(values) =>
			run(frm, "change_head", {
				recipient: values.recipient,
				kinships: kinships_from(values),
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
			{
				fieldname: "joined_on",
				fieldtype: "Date",
				label: __("Joined On"),
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
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
					.map((value) => ({ value, label: __(value) })),
				reqd: 1,
				description: __("It is recorded for the person, and the household's benefit comes under review."),
			},
		],
		(values) => run(frm, "remove_member", values)
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
			REASON(),
		],
		(values) =>
			run(frm, "split", {
				recipients: values.recipients,
				head: values.head,
				kinships: kinships_from(values),
				reason: values.reason,
			}).then((name) => frappe.set_route("Form", "Recipient Household", name))
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
			REASON(),
		],
		(values) =>
			run(frm, "merge", {
				into: values.into,
				kinships: kinships_from(values),
				reason: values.reason,
			}).then(() => frappe.set_route("Form", "Recipient Household", values.into))
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
				description: __("Across townships this is done by the county office."),
			},
			REASON(),
		],
		(values) => run(frm, "transfer", values)
	);
}

function with_reason(frm, method, title) {
	ask(frm, title, [REASON()], (values) => run(frm, method, values));
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
		({ day, title, details }) => `<li><span class="text-muted">${frappe.datetime.str_to_user(day)}</span>
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
			row.reason && escape(__(row.reason, null, "Household Event")),
		],
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
