frappe.query_reports["Applications by Due Date"] = {
	filters: [
		socaid.filters.township(),
		socaid.filters.category(),
		{ fieldname: "workflow_state", label: __("Stage"), fieldtype: "Link", options: "Workflow State" },
		{
			fieldname: "due_status",
			label: __("Due Status"),
			fieldtype: "Select",
			options: ["", "Overdue", "Due Today", "Due Soon", "On Time"].map((value) => ({ value, label: value && __(value) })),
		},
		{ fieldname: "include_closed", label: __("Include Closed Cases"), fieldtype: "Check" },
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(column.fieldname === "due_status" ? __(value) : value, row, column, data);
		if (!data || column.fieldname !== "due_status") return shown;
		const colour = { Overdue: "red", "Due Today": "orange", "Due Soon": "yellow" }[data.due_status] || "green";
		return value ? `<span class="indicator-pill ${colour}">${shown}</span>` : shown;
	},
};
