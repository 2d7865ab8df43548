const STATUS_COLOURS = { Active: "green", Deceased: "gray", "Moved Away": "orange", Merged: "gray" };

frappe.ui.form.on("Recipient", {
	setup(frm) {
		frm.set_query("division", () => ({ filters: { level: "Village" } }));
	},

	refresh(frm) {
		socaid.watch_id_number(frm.get_field("id_number"));
		frm.trigger("add_reveal_links");
		socaid.MASKED_FIELDS.forEach((field) => socaid.offer_change(frm, field));
		if (frm.is_new()) return;
		frm.page.set_indicator(__(frm.doc.status, null, frm.doctype), STATUS_COLOURS[frm.doc.status]);
		if (frm.doc.merged_into) {
			frm.dashboard.set_headline_alert(
				__("Registered twice. The record that stays is {0}.", [
					`<a href="${frappe.utils.get_form_link("Recipient", frm.doc.merged_into)}">${frappe.utils.escape_html(frm.doc.merged_into)}</a>`,
				]),
				"gray"
			);
			return;
		}
		frm.trigger("add_actions");
		if (!frm.doc.deceased_on && frm.doc.protected_person) {
			frm.dashboard.set_headline_alert(
				__("Protected person: never published, accepted and confirmed by the county."),
				"red"
			);
		}
	},

	id_number(frm) {
		const card = socaid.read_id_number(frm.doc.id_number);
		if (card) frm.set_value({ birth_date: card.birth_date, sex: card.sex });
	},

	// Beside each masked number, for those whose role may see it.
	add_reveal_links(frm) {
		const may_reveal = !frm.is_new() && frm.doc.__onload && frm.doc.__onload.may_reveal;
		socaid.MASKED_FIELDS.forEach((field) => {
			const $control = frm.get_field(field).$wrapper;
			$control.find(".socaid-reveal").remove();
			if (!may_reveal || !String(frm.doc[field] || "").includes("*")) return;
			const label = __(frappe.meta.get_label("Recipient", field));
			$(`<button type="button" class="btn btn-link btn-xs socaid-reveal">${__("Show in Full")}</button>`)
				.on("click", () => socaid.reveal(frm.doc.name, field, label))
				.prependTo($control.find(".clearfix").first());
		});
	},

	add_actions(frm) {
		if (frm.doc.status !== "Deceased") {
			frm.add_custom_button(
				__("New Household"),
				() =>
					frappe.new_doc("Recipient Household", { head: frm.doc.name, division: frm.doc.division }),
				__("Create")
			);
			frm.add_custom_button(
				__("Assistance Application"),
				() => frappe.new_doc("Assistance Application", { applicant: frm.doc.name }),
				__("Create")
			);
			if (frm.perm[0] && frm.perm[0].write) {
				// A slip of the pen may be somebody's real number.
				frm.page.add_menu_item(__("Release a Former ID Number"), () => release_former_number(frm));
			}
		}
		if (!(frm.perm[0] && frm.perm[0].write)) return;
		frm.page.add_menu_item(__("Registered Twice"), () =>
			frappe.new_doc("Duplicate Candidate", { person: frm.doc.name })
		);
		if (!frm.doc.deceased_on) frm.add_custom_button(__("Report an Event"), () => report_event(frm));
		const recorded = events_of(frm);
		if (recorded.length) frm.add_custom_button(__("Correct an Event"), () => correct_event(frm, recorded));
	},
});

// What happened to a person: one way in, wherever it is seen first.
function report_event(frm) {
	frappe.prompt(
		[
			{
				fieldname: "event",
				fieldtype: "Select",
				label: __("Life Event"),
				options: choices(["Death", ...absence_reasons()]),
				reqd: 1,
			},
			{
				fieldname: "happened_on",
				fieldtype: "Date",
				label: __("Happened On"),
				reqd: 1,
				description: __(
					"The membership in the household ends and a review of its benefit opens; after a death it falls due within three months, and the share of the deceased stops from the next month."
				),
			},
		],
		({ event, happened_on }) => call(frm, "report", { event, happened_on }),
		__("Report an Event"),
		__("Record")
	);
}

function correct_event(frm, recorded) {
	frappe.prompt(
		[
			{
				fieldname: "event",
				fieldtype: "Select",
				label: __("Life Event"),
				options: choices(recorded),
				default: recorded[0],
				reqd: 1,
			},
			{
				fieldname: "happened_on",
				fieldtype: "Date",
				label: __("Right Day"),
				description: __("Empty: it did not happen. Membership and benefit are as they were."),
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		({ event, happened_on, reason }) => call(frm, "correct", { event, happened_on, reason }),
		__("Correct an Event"),
		__("Record")
	);
}

function call(frm, method, values) {
	return frappe
		.xcall(`socaid_app.socaid_app.life_events.${method}`, { recipient: frm.doc.name, ...values })
		.then(() => frm.reload_doc());
}

function events_of(frm) {
	const lasting = (frm.doc.absences || []).filter((row) => !row.absent_until).map((row) => row.reason);
	return [...(frm.doc.deceased_on ? ["Death"] : []), ...lasting];
}

function absence_reasons() {
	return frappe.meta.get_docfield("Person Absence", "reason").options.split("\n").filter(Boolean);
}

function choices(events) {
	return events.map((value) => ({ value, label: __(value) }));
}

function release_former_number(frm) {
	frappe.prompt(
		[
			{ fieldname: "id_number", fieldtype: "Data", label: __("Former ID Number"), reqd: 1 },
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Reason"),
				reqd: 1,
				description: __("Only where the number is another person's; that person can then be entered."),
			},
		],
		({ id_number, reason }) =>
			frappe
				.xcall("socaid_app.socaid_app.identity_documents.release_former_number", {
					recipient: frm.doc.name,
					id_number,
					reason,
				})
				.then(() => frappe.show_alert({ message: __("The number is free."), indicator: "green" })),
		__("Release a Former ID Number"),
		__("Release Number")
	);
}
