const STATUS_COLOURS = { Active: "green", Deceased: "gray", "Moved Away": "orange" };

frappe.ui.form.on("Recipient", {
	setup(frm) {
		frm.set_query("division", () => ({ filters: { level: "Village" } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		frm.page.set_indicator(__(frm.doc.status), STATUS_COLOURS[frm.doc.status]);
		frm.trigger("add_reveal_buttons");
		frm.trigger("add_actions");
		if (!frm.doc.deceased_on && frm.doc.protected_person) {
			frm.dashboard.set_headline_alert(
				__("Protected person: never published, accepted and confirmed by the county."),
				"red"
			);
		}
	},

	id_number(frm) {
		show_id_yield(frm.doc.id_number, (card) => {
			frm.set_value({ id_number: card.number, birth_date: card.birth_date, sex: card.sex });
			frm.set_df_property("id_number", "description", describe(card));
		});
	},

	add_reveal_buttons(frm) {
		const show = __("Show in Full");
		socaid.MASKED_FIELDS.filter((field) => frm.doc[field]).forEach((field) => {
			const label = __(frappe.meta.get_label("Recipient", field));
			frm.add_custom_button(label, () => socaid.reveal(frm.doc.name, field, label), show);
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
		__("Report")
	);
}

// What an ID number says, before anything is saved.
function show_id_yield(number, then) {
	if (!number || number.includes("*")) return;
	frappe.xcall("socaid_app.socaid_app.doctype.recipient.recipient.read_number", { number }).then(then);
}

function describe({ sex, birth_date, age }) {
	return [__(sex), frappe.datetime.str_to_user(birth_date), __("{0} years old", [age])].join(" · ");
}

// The short form for a new person shows what the number yields, so that a slip is seen while typing.
frappe.ui.form.RecipientQuickEntryForm = class extends frappe.ui.form.QuickEntryForm {
	render_dialog() {
		super.render_dialog();
		const field = this.dialog.fields_dict.id_number;
		if (!field) return;
		field.df.onchange = () =>
			show_id_yield(field.get_value(), (card) => field.set_description(describe(card)));
		field.$input && field.$input.attr("maxlength", 20);
	}
};
