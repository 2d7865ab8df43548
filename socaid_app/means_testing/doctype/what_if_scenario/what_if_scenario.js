frappe.ui.form.on("What-if Scenario", {
	setup(frm) {
		frm.set_query("division", () => ({ filters: { level: ["in", ["County", "Township"]] } }));
		frm.set_query("standard", "changes", () => ({ filters: { docstatus: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new() || !frm.doc.computed_on) return;
		frm.add_custom_button(__("Family by Family"), () =>
			frappe.set_route("query-report", "What-if Comparison", { scenarios: [frm.doc.name], detail: 1 })
		);
		frm.add_custom_button(__("Compare Scenarios"), () => frappe.set_route("query-report", "What-if Comparison"));
		frappe
			.xcall(
				"socaid_app.means_testing.doctype.what_if_scenario.what_if_scenario.places",
				{ scenario: frm.doc.name },
				"GET"
			)
			.then(({ places, rules }) => {
				frm.get_field("by_place").$wrapper.html(by_place(places));
				frm.get_field("by_rule").$wrapper.html(by_rule(rules));
			});
	},
});

frappe.ui.form.on("What-if Change", {
	// a line of the table says what changes; what is asked for stands in its form
	changes_add(frm, doctype, name) {
		frm.fields_dict.changes.grid.grid_rows_by_docname[name].toggle_view(true);
	},

	// What is weighed begins with what is in force.
	async standard(frm, doctype, name) {
		const row = frappe.get_doc(doctype, name);
		if (!row.standard) return;
		const { message } = await frappe.db.get_value("Assistance Standard", row.standard, [
			"amount",
			"care_full",
			"care_half",
			"care_self",
			"kind",
			"area",
		]);
		const { kind, area, ...amounts } = message;
		const about = [kind, area].filter(Boolean).map((text) => __(text, null, "Assistance Standard")).join(" ");
		await frappe.model.set_value(doctype, name, { about, ...amounts });
	},

	async parameter(frm, doctype, name) {
		const row = frappe.get_doc(doctype, name);
		if (!row.parameter) return;
		const { message } = await frappe.db.get_value("Policy Parameter", row.parameter, ["value", "label"]);
		await frappe.model.set_value(doctype, name, { about: message.label, value: message.value });
	},

	async rule(frm, doctype, name) {
		const row = frappe.get_doc(doctype, name);
		if (!row.rule) return;
		const { message } = await frappe.db.get_value("Comparison Rule", row.rule, ["condition", "title", "source", "unit", "fact"]);
		const { title: rule_title, ...values } = message;
		await frappe.model.set_value(doctype, name, { about: rule_title, rule_title, ...values });
	},
});

function by_place(rows) {
	const figures = ["gained", "lost", "raised", "reduced", "same", "not_computed"];
	return table(rows, ["place", "category"], [__("Category", null, "Entitlement")], figures, "difference");
}

function by_rule(rows) {
	const figures = ["findings_before", "findings_after", "newly_found", "no_longer_found"];
	return table(rows, ["place", "rule_title"], [__("Rule Weighed", null, "What-if Finding")], figures, "support_looked_at");
}

function table(rows, texts, headings, figures, money) {
	const escaped = (text) => frappe.utils.escape_html(String(text ?? ""));
	const label = (field) => __(frappe.meta.get_label("What-if Scenario", field), null, "What-if Scenario");
	const head = [__("Township Division"), ...headings, ...figures.map(label), label(money)];
	const line = (row) => `<tr>${texts.map((field) => `<td>${escaped(row[field])}</td>`).join("")}${figures
		.map((field) => `<td class="text-right">${cint(row[field])}</td>`)
		.join("")}<td class="text-right">${format_currency(row[money])}</td></tr>`;
	return `<div class="socaid-side-by-side"><table class="table table-bordered">
		<thead><tr>${head.map((text) => `<th>${escaped(text)}</th>`).join("")}</tr></thead>
		<tbody>${rows.map(line).join("")}</tbody></table></div>`;
}
