// What many reports ask for, and how they show what is pressing.
frappe.provide("socaid.filters");

socaid.filters.township = () => ({
	fieldname: "township",
	label: __("Township Division"),
	fieldtype: "Link",
	options: "Administrative Division",
	get_query: () => ({ filters: { level: "Township" } }),
});

socaid.filters.category = () => ({
	fieldname: "category",
	label: __("Assistance Category"),
	fieldtype: "Link",
	options: "Assistance Category",
});

// Any day of the month will do.
socaid.filters.month = (label = __("Month", null, "Home Visit"), more = {}) => ({
	fieldname: "month",
	label,
	fieldtype: "Date",
	default: frappe.datetime.month_start(),
	reqd: 1,
	...more,
});

// A report's formatter: these columns are red where they have a value.
socaid.filters.red = (...columns) => (value, row, column, data, default_formatter) => {
	const shown = default_formatter(value, row, column, data);
	return data && columns.includes(column.fieldname) && value ? `<span class="text-danger">${shown}</span>` : shown;
};
