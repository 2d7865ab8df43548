{
	const month = socaid.filters.month();
	const settings = socaid.insight.report([
		{ ...month, default: frappe.datetime.add_months(frappe.datetime.month_start(), -1) },
		{
			fieldname: "figure",
			label: __("Figure"),
			fieldtype: "Select",
			default: "households",
			options: [
				["households", __("Number of Households")],
				["new", __("New in the Month")],
				["left", __("Left since the Month Before")],
				["persons", __("Number of Persons")],
				["persons_more", __("More than the Month Before")],
				["persons_fewer", __("Fewer than the Month Before")],
				["female", __("Women")],
				["elderly", __("Aged 60 and More")],
				["adults", __("Aged 18 to 59")],
				["minors", __("Under 18")],
				["disabled", __("Persons with a Disability")],
				["severely_disabled", __("Of These, Grade 1 and 2")],
				["full_care", __("In Need of Full Care")],
				["half_care", __("In Need of Half Care")],
				["self_reliant", __("Self-reliant Persons")],
				["cost", __("Expenditure of the Month")],
				["year_cost", __("Expenditure since January")],
				["year_times", __("One-off Aid since January")],
				["year_persons", __("Persons Helped Once since January")],
				["cases_overdue", __("Overdue Cases")],
				["tasks_overdue", __("Tasks Overdue")],
				["problems_open", __("Open Problems")],
				["findings_open", __("Findings to Handle")],
				["petitions_open", __("Petitions Open")],
				["petitions_overdue", __("Petitions Overdue")],
				["publications_overdue", __("Items Not Published in Time")],
				["files_to_appraise", __("Files to Appraise")],
			].map(([value, label]) => ({ value, label })),
		},
		{
			fieldname: "by",
			label: __("What Is Beside"),
			fieldtype: "Select",
			options: [
				{ value: "", label: __("Assistance Category") },
				{ value: "By Month", label: __("By Month") },
			],
		},
	]);
	// No half families, cents of money; a dash for what the county hides, nothing for what it has not told.
	const linked = settings.formatter;
	settings.formatter = (value, row, column, data, shown) => {
		if (column.fieldtype !== "Float" || !data) return linked(value, row, column, data, shown);
		if (value === null || value === undefined) return data.told?.includes(column.fieldname) ? "—" : "";
		const money = ["cost", "year_cost"].includes(frappe.query_report.get_filter_value("figure"));
		return `<div class="text-right">${format_number(value, null, money ? 2 : 0)}</div>`;
	};
	frappe.query_reports["County Figures"] = settings;
}
