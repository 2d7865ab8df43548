frappe.ui.form.on("Circumstance Change", {
	setup(frm) {
		frm.set_query("recipient", "facts", () => ({ filters: { status: ["not in", ["Deceased", "Merged"]] } }));
		frm.set_query("entitlement", () => ({ filters: { household: frm.doc.household, docstatus: 1 } }));
	},

	refresh(frm) {
		const others = frm.doc.__onload?.others || [];
		if (others.length) {
			frm.dashboard.set_headline_alert(others.map(frappe.utils.escape_html).join("<br>"), "orange");
			return;
		}
		if (frm.is_new() || frm.doc.status !== "To Review" || frm.doc.owner !== frappe.session.user) return;
		frm.dashboard.set_headline_alert(
			__("This change takes effect once another person has reviewed it."),
			"orange"
		);
	},
});

// What is stored is one of the words to choose from: shown in the clerk's language.
const CHOICES = {
	Health: "Recipient",
	"Labour Capacity": "Recipient",
	Employment: "Recipient",
	Schooling: "Recipient",
	"Disability Type": "Recipient",
	"Disability Grade": "Recipient",
	"Area Type": "Recipient Household",
	Residence: "Household Member",
};
for (const field of ["value_before", "value_after"]) {
	frappe.meta.docfield_map["Changed Fact"][field].formatter = (value, df, options, doc) =>
		frappe.utils.escape_html(CHOICES[doc?.fact] && value ? __(value, null, CHOICES[doc.fact]) : value || "");
}
