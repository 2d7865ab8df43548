// What was asked, which published answers were explained, and one step to a petition.
const RECEPTION = "socaid_app.petition_desk.reception";
const CATEGORIES = ["Appeal for Help", "Suggestion", "Accusation"];

frappe.ui.form.on("Reception Record", {
	setup(frm) {
		frm.set_query("guide", "guides", () => ({ filters: { status: "In Force" } }));
	},

	refresh(frm) {
		if (!frm.perm[0].write) return;
		frm.add_custom_button(__("Insert Policy Answer"), () =>
			socaid.insert_guide(frm, "explanation", frm.doc.matter_text).then(({ name, question }) => {
				if ((frm.doc.guides || []).some(({ guide }) => guide === name)) return;
				frm.add_child("guides", { guide: name, question });
				frm.refresh_field("guides");
			})
		);
		if (frm.is_new() || frm.is_dirty() || frm.doc.petition || !frappe.model.can_create("Petition")) return;
		frm.add_custom_button(__("Make a Petition"), () => ask(frm));
	},

	household(frm) {
		if (!frm.doc.household || frm.doc.family_type) return;
		frappe
			.xcall(`${RECEPTION}.family_type_of`, { household: frm.doc.household })
			.then((type) => frm.set_value("family_type", type));
	},
});

function ask(frm) {
	const words = (values) =>
		values.map((value) => ({ value, label: __(value, null, "Petition") }));
	frappe.model.with_doctype("Petition", () => {
		const matters = frappe.meta.get_docfield("Petition", "matter").options.split("\n").filter(Boolean);
		frappe.prompt(
			[
				{
					fieldname: "category",
					fieldtype: "Select",
					label: __("Category of Petition"),
					options: words(CATEGORIES),
					default: CATEGORIES[0],
					reqd: 1,
				},
				{
					fieldname: "matter",
					fieldtype: "Select",
					label: __("Matter", null, "Petition"),
					options: words(matters),
					reqd: 1,
				},
				{ fieldname: "demand", fieldtype: "Small Text", label: __("Main Demand") },
				{
					fieldname: "accused",
					fieldtype: "Small Text",
					label: __("Who Is Complained About"),
					description: __("Name, unit and post, one person a line. They are kept from it from the first moment."),
					depends_on: 'eval:doc.category == "Accusation"',
				},
			],
			(values) =>
				frappe.xcall(`${RECEPTION}.turn_into_petition`, { reception: frm.doc.name, ...values }).then((petition) => {
					if (petition) return frappe.set_route("Form", "Petition", petition);
					frappe.show_alert(__("Recorded. It is with those who handle accusations; others cannot see it."));
					return frm.reload_doc();
				}),
			__("Make a Petition"),
			__("Record Petition")
		);
	});
}
