const CANDIDACIES = ["Apply Singly", "Minor Comes of Age", "Extreme Hardship", "Grace Period Ends", "Found on a Visit"];

frappe.query_reports["Conversion Candidates"] = {
	filters: [
		{
			fieldname: "kind",
			label: __("Candidate For"),
			fieldtype: "Select",
			options: [
				"",
				...CANDIDACIES.map((value) => ({ value, label: __(value, null, "Conversion Candidates") })),
			],
		},
		{
			fieldname: "months",
			label: __("Months Ahead"),
			fieldtype: "Int",
			default: 3,
			description: __("Whose birthday or last month lies within so many months."),
		},
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
	],
	// The record by which a candidate is looked into: nothing is entered before somebody saves it.
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname !== "action" || !data?.opens) return shown;
		const name = data.opens_name || "new";
		const address = frappe.utils.get_form_link(data.opens, name, false, null, JSON.parse(data.values));
		return `<a class="btn btn-xs btn-default" href="${frappe.utils.escape_html(address)}">${shown}</a>`;
	},
};
