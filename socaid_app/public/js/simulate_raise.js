// A standard that was approved leads to the simulation of what it changes; the registry does not know of it.
frappe.ui.form.on("Assistance Standard", {
	refresh(frm) {
		const weighed = ["Dibao", "Tekun Basic", "Care"].includes(frm.doc.kind);
		if (frm.doc.docstatus !== 1 || !weighed || !frappe.model.can_create("What-if Scenario")) return;
		frm.add_custom_button(__("Simulate the Raise"), () => simulate(frm.doc));
	},
});

async function simulate(standard) {
	await new Promise((resolve) => frappe.model.with_doctype("What-if Scenario", resolve));
	const scenario = frappe.model.get_new_doc("What-if Scenario");
	const { kind, area } = standard;
	const words = [kind, area].filter(Boolean).map((text) => __(text, null, "Assistance Standard"));
	const amounts = Object.fromEntries(["amount", "care_full", "care_half", "care_self"].map((field) => [field, standard[field]]));
	Object.assign(scenario, {
		subject: `${words.toReversed().join("")} ${standard.effective_from.slice(0, 7)}`,
		month: first_month(standard.effective_from),
		reason: standard.document,
		...(standard.division && { division: standard.division }),
	});
	// the table begins with a blank row
	scenario.changes = [];
	Object.assign(frappe.model.add_child(scenario, "What-if Change", "changes"), {
		what: "Assistance Standard",
		standard: standard.name,
		kind,
		area,
		about: words.join(" "),
		wanted: Object.values(amounts).filter(Boolean).join("／"),
		...amounts,
	});
	frappe.set_route("Form", "What-if Scenario", scenario.name);
}

// The first whole month in which it is in force, and that no list has paid yet.
function first_month(since) {
	const next = frappe.datetime.add_months(frappe.datetime.month_start(), 1);
	const first = since.endsWith("-01") ? since : frappe.datetime.add_months(`${since.slice(0, 7)}-01`, 1);
	return first > next ? first : next;
}
