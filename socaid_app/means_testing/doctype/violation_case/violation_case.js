// What a case comes from; an accusation that is sealed is refused by the server.
const SOURCES = [
	"Petition",
	"Household Reassessment",
	"Benefit Adjustment",
	"Check Report",
	"Comparison Finding",
	"Data Quality Issue",
	"Spot Check Item",
	"Home Visit",
	"Payment List",
	"Payment Line",
];

frappe.ui.form.on("Violation Case", {
	setup(frm) {
		frm.set_query("source_doctype", () => ({ filters: { name: ["in", SOURCES] } }));
		frm.set_query("entitlement", () => ({ filters: { household: frm.doc.household } }));
	},
});
