const STATUS_COLOURS = { Active: "green", Deceased: "gray", "Moved Away": "orange" };

frappe.ui.form.on("Recipient", {
	setup(frm) {
		frm.set_query("division", () => ({ filters: { level: "Village" } }));
	},

	refresh(frm) {
		socaid.watch_id_number(frm.get_field("id_number"));
		frm.trigger("add_reveal_links");
		if (frm.is_new()) return;
		frm.page.set_indicator(__(frm.doc.status), STATUS_COLOURS[frm.doc.status]);
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
		if (frm.doc.status === "Active") {
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
				frm.add_custom_button(__("Report Death"), () => report_death(frm));
				// A slip of the pen may be somebody's real number.
				frm.page.add_menu_item(__("Release a Former ID Number"), () => release_former_number(frm));
			}
		}
	},
});

function report_death(frm) {
	frappe.prompt(
		[
			{
				fieldname: "deceased_on",
				fieldtype: "Date",
				label: __("Deceased On"),
				reqd: 1,
				description: __("A review of the household's assistance is opened and falls due within three months."),
			},
		],
		({ deceased_on }) =>
			frappe
				.xcall("socaid_app.socaid_app.registry.report_death", { recipient: frm.doc.name, deceased_on })
				.then(() => frm.reload_doc()),
		__("Report Death"),
		__("Report Death")
	);
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
				.xcall("socaid_app.socaid_app.documents.release_former_number", {
					recipient: frm.doc.name,
					id_number,
					reason,
				})
				.then(() => frappe.show_alert({ message: __("The number is free."), indicator: "green" })),
		__("Release a Former ID Number"),
		__("Release")
	);
}
