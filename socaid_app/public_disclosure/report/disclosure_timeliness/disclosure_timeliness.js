frappe.query_reports["Disclosure Timeliness"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("Formed From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -11),
			reqd: 1,
		},
		{ fieldname: "to_date", label: __("Formed To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
		{ fieldname: "late_only", label: __("Late Only"), fieldtype: "Check" },
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return data && ["late", "overdue"].includes(column.fieldname) && value
			? `<span class="text-danger">${shown}</span>`
			: shown;
	},
};
