frappe.query_reports["Disclosure Coverage"] = {
	filters: [
		socaid.filters.month(__("Month of the Roll")),
		socaid.filters.township(),
		{ fieldname: "missing_only", label: __("Missing Only"), fieldtype: "Check" },
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return data && column.fieldname === "roll_status" && !data.posted_on
			? `<span class="text-danger">${shown}</span>`
			: shown;
	},
};
