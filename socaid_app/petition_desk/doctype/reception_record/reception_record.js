// What was asked, which published answers were explained, and one step to a petition.
const RECEPTION = "socaid_app.petition_desk.reception";

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
	},

	household(frm) {
		if (!frm.doc.household || frm.doc.family_type) return;
		frappe
			.xcall(`${RECEPTION}.family_type_of`, { household: frm.doc.household })
			.then((type) => frm.set_value("family_type", type));
	},
});

// An accusation is none of the office's any more.
socaid.steps.then["Reception Record.turn_into_petition"] = (frm, petition) => {
	if (petition) {
		frappe.set_route("Form", "Petition", petition);
		return true;
	}
	frappe.show_alert(__("Recorded. It is with those who handle accusations; others cannot see it."));
};
