// How often the rule was right, and whom it would hit on last month's replies; the names are for the duty alone.
frappe.ui.form.on("Comparison Rule", {
	refresh(frm) {
		if (!frm.is_new()) show_trial(frm);
		frappe.realtime.off("socaid_rule_trial");
		frappe.realtime.on("socaid_rule_trial", ({ rule }) => rule === frm.doc.name && show_trial(frm));
	},
});

function show_trial(frm) {
	frappe.xcall("socaid_app.means_testing.rule_trials.of_rule", { rule: frm.doc.name }).then(({ record, trial }) => {
		const percent = record.concluded ? Math.round((100 * record.confirmed) / record.concluded) : 0;
		const right = record.concluded
			? __("Of {0} findings that were concluded, {1} were confirmed.", [record.concluded, record.confirmed]) +
				` (${percent} %)`
			: __("No finding of this rule has been concluded yet.");
		frm.get_field("trial").$wrapper.html(`<p>${right}</p>${trial ? trial_html(trial) : ""}`);
	});
}

function trial_html(trial) {
	const escape = frappe.utils.escape_html;
	if (trial.error) return `<p class="text-danger">${escape(trial.error)}</p>`;
	const said = trial.replies
		? __("On {0} replies since the beginning of last month it would hit {1} times in {2} households; {3} of these are known already, {4} could not be decided.", [trial.replies, trial.hits, trial.households, trial.known, trial.undecided])
		: __("No reply of this source has been read since the beginning of last month.");
	const rows = trial.list.map(
		(row) => `<tr><td>${escape(row.name || "")}</td><td>${
			row.household
				? `<a href="${frappe.utils.get_form_link("Recipient Household", row.household)}">${escape(row.head_name || row.household)}</a>`
				: escape(row.head_name || "")
		}</td></tr>`
	);
	const table = rows.length
		? `<table class="table table-bordered table-sm"><thead><tr><th>${__("Person", null, "Comparison Candidate")}</th><th>${__("Household Head")}</th></tr></thead>
			<tbody>${rows.join("")}</tbody></table>`
		: "";
	return `<p><b>${__("Trial of {0}", [frappe.datetime.str_to_user(trial.at)])}</b> ${said}</p>${table}`;
}
