frappe.query_reports["Disclosure Coverage"] = {
	filters: [
		{
			fieldname: "month",
			label: __("Month of the Roll"),
			fieldtype: "Date",
			default: frappe.datetime.month_start(),
			reqd: 1,
		},
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
		{ fieldname: "missing_only", label: __("Missing Only"), fieldtype: "Check" },
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return data && column.fieldname === "roll_status" && !data.posted_on
			? `<span class="text-danger">${shown}</span>`
			: shown;
	},
};
