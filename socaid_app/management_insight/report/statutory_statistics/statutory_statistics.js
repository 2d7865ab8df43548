{
	const settings = socaid.insight.report([
		socaid.filters.month(),
		socaid.filters.township(),
		{
			fieldname: "list",
			label: __("List Records"),
			fieldtype: "Select",
			options: [
				["", ""],
				["checks", __("What Must Add Up")],
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
				["shares", __("Persons of the benefits = persons of their shares")],
				["no_sex", __("Men + women = all persons")],
				["no_age", __("Elderly + adults + minors = all persons")],
				["nobody", __("At least one person in each household")],
				["townships", __("Sum of the townships = the county")],
				["reversed", __("No benefit ends before it begins")],
			].map(([value, label]) => ({ value, label })),
		},
		// set by a click on a number
		{ fieldname: "group", label: __("Assistance Category"), fieldtype: "Data", hidden: 1 },
	]);
	const linked = settings.formatter;
	// A line of the table counts heads or money: no half persons, and cents of every amount.
	settings.formatter = (value, row, column, data, shown) =>
		linked(value, row, column, data, (cell, ...rest) =>
			data?.indicator && column.fieldtype === "Float"
				? format_number(cell, null, ["cost", "year_cost", "mean"].includes(data.key) ? 2 : 0)
				: shown(cell, ...rest)
		);
	frappe.query_reports["Statutory Statistics"] = settings;
}
