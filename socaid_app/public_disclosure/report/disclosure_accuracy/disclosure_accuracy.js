frappe.query_reports["Disclosure Accuracy"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("Inspected From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -11),
			reqd: 1,
		},
		{ fieldname: "to_date", label: __("Inspected To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		const faults = ["untimely", "inaccurate", "indiscreet", "not_hung", "overdue"];
		return data && faults.includes(column.fieldname) && value ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
