// Clocks on top, the person's other petitions, and what is particular to some steps (petition_desk/procedure.py).
const OPEN = ["Recorded", "Under Way"];

frappe.ui.form.on("Petition", {
	setup(frm) {
		// papers come from the steps, in the states that allow them
		const held = () => ["Under Way", "In Review", "In Recheck"].includes(frm.doc.status);
		frm.can_make_methods = {
			"Petition Transfer": () => false,
			"Document Delivery": () => false,
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
// The answer may be put together from the policy guide.
socaid.steps.collect["Petition.answer"] = (frm, step) => {
	const place = step.fields.findIndex(({ fieldname }) => fieldname === "answer") + 1;
	const button = {
		fieldname: "insert_guide",
		label: __("Insert Policy Answer"),
		fieldtype: "Button",
		click: () => insert_guide(dialog, frm.doc),
	};
	const dialog = socaid.steps.ask(frm, {
		...step,
		fields: [...step.fields.slice(0, place), button, ...step.fields.slice(place)],
	});
};

function insert_guide(dialog, doc) {
	socaid.pick_guide(doc.demand || doc.subject).then((guide) => {
		dialog.set_value("answer", socaid.with_guide(dialog.get_value("answer"), guide));
		if (!dialog.get_value("legal_basis")) dialog.set_value("legal_basis", guide.sources);
	});
}

// The petition may have another name now, or be none of the user's.
socaid.steps.then["Petition.reclassify"] = (frm, name) => {
	if (name === frm.doc.name) return false;
	frappe.set_route(...(name ? ["Form", "Petition", name] : ["List", "Petition"]));
	return true;
};

socaid.steps.then["Petition.hand_out"] = (frm, code) => {
	frappe.msgprint({
		title: __("Tracking Code"),
		message: `<p class="h3 text-center">${frappe.utils.escape_html(code)}</p>
			<p>${__("Write it down for the petitioner now: it is shown once and stored nowhere.")}</p>`,
	});
};

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
	const clocks = frm.doc.__onload?.clocks || [];
	if (!clocks.length) return;
	$wrapper.html(`<div class="table-responsive"><table class="table table-bordered table-sm mb-3">
		<thead><tr>${["Clock", "Next Due Date", "Days Left", "Legal Basis"]
			.map((head) => `<th class="text-nowrap">${__(head, null, "Petition")}</th>`)
			.join("")}</tr></thead>
		<tbody>${clocks.map(clock_row).join("")}</tbody></table></div>`);
}

function clock_row(clock) {
	const escape = frappe.utils.escape_html;
	const day = frappe.datetime.str_to_user(clock.due) + (clock.provisional ? ` (${__("Provisional")})` : "");
	const [word, colour] = clock.done_on
		? [__("Done on {0}", [frappe.datetime.str_to_user(clock.done_on)]), "green"]
		: clock.left < 0
			? [__("{0} days late", [-clock.left]), "red"]
			: [__("{0} days left", [clock.left]), clock.left <= 3 ? "orange" : "blue"];
	return `<tr><td class="text-nowrap">${escape(clock.label)}</td><td class="text-nowrap">${day}</td>
		<td class="text-nowrap"><span class="indicator-pill ${colour}">${word}</span></td><td>${escape(clock.article)}</td></tr>`;
}

function show_history(frm) {
	const $wrapper = frm.fields_dict.history_html.$wrapper.empty();
	const rows = frm.doc.__onload?.history || [];
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
}
