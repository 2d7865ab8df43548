// The sample is drawn by a button and then fixed; the result shows how sure its error rates are.
const SPOT_CHECKS = "socaid_app.field_visits.spotchecks";

frappe.ui.form.on("Spot Check", {
	setup(frm) {
		frm.set_query("division", () => ({ filters: { level: ["in", ["County", "Township", "Village"]] } }));
	},

	refresh(frm) {
		const draft = frm.doc.status === "Draft";
		["division", "period_from", "period_to", "cycle", "ratio", "strata", "at_least", "seed"]
			.concat(["exclude_checked_since", "exclude_note"])
			.forEach((field) => frm.set_df_property(field, "read_only", draft ? 0 : 1));
		if (frm.is_new()) return;
		frm.trigger("add_buttons");
		frm.trigger("show_result");
	},

	add_buttons(frm) {
		const { status, name } = frm.doc;
		if (status !== "Draft") {
			frm.add_custom_button(__("Sampled Visits"), () =>
				frappe.set_route("List", "Spot Check Item", { spot_check: name })
			);
			frm.add_custom_button(__("Verify Sample"), () =>
				frappe.xcall(`${SPOT_CHECKS}.verify`, { spot_check: name }).then((same) =>
					frappe.msgprint({
						title: __("Verify Sample"),
						indicator: same ? "green" : "red",
						message: same
							? __("Drawn again from the same population: the same visits.")
							: __("The stored visits are not those that the population and seed give."),
					})
				)
			);
		}
	},

	show_result(frm) {
		const $wrapper = frm.fields_dict.result.$wrapper.empty();
		if (frm.doc.status === "Draft") return;
		frappe
			.xcall(`${SPOT_CHECKS}.results`, { spot_check: frm.doc.name })
			.then((rows) => $wrapper.html(render_rates(rows)));
	},
});

function render_rates(rows) {
	const percent = (value) => (value === null ? "—" : `${format_number(value, null, 1)} %`);
	const interval = (low, high) => (low === null ? "—" : `${percent(low)} – ${percent(high)}`);
	const cells = (row) => [
		row.township_name || row.township || "",
		`${row.checked} / ${row.drawn}`,
		row.deviations,
		row.mistakes,
		percent(row.error_rate),
		interval(row.error_low, row.error_high),
	];
	const heads = ["Township Division", "Rechecked", "Deviations", "Mistakes", "Error Rate", "95 % Interval"];
	const body = rows
		.map((row) => {
			const tds = cells(row).map((cell) => `<td>${frappe.utils.escape_html(String(cell))}</td>`);
			return `<tr class="${row.over_limit ? "text-danger" : ""}">${tds.join("")}</tr>`;
		})
		.join("");
	return `<div class="table-responsive"><table class="table table-bordered table-sm">
		<thead><tr>${heads.map((head) => `<th>${__(head)}</th>`).join("")}</tr></thead>
		<tbody>${body}</tbody></table></div>`;
}

socaid.steps.then["Spot Check.resample"] = (frm, created) => {
	const links = created.map((each) => frappe.utils.get_form_link("Spot Check", each, true)).join("、");
	frappe.msgprint(created.length ? __("Prepared: {0}", [links]) : __("No further township exceeds the limit of the error rate."));
};
