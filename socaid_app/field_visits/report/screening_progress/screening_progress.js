frappe.query_reports["Screening Progress"] = {
	filters: [
		{ fieldname: "cycle", label: __("Screening Cycle"), fieldtype: "Link", options: "Screening Cycle" },
		{
			fieldname: "group_by",
			label: __("Grouped By"),
			fieldtype: "Select",
			options: ["Township and Officer", "Township", "Officer", "Stages"].map((value) => ({
				value,
				label: __(value),
			})),
			default: "Township and Officer",
		},
		socaid.filters.township(),
		{ fieldname: "officer", label: __("Responsible Officer"), fieldtype: "Link", options: "Visit Officer" },
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		const pressing = ["overdue", "days_late"].includes(column.fieldname) && value > 0;
		return pressing ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
