frappe.query_reports["Standard Raise Ledger"] = {
	filters: [
		socaid.filters.month(__("Month", null, "Home Visit"), {
			reqd: 0,
			default: "",
			description: __("Of receipt, or the first month of a batch. Without it: what is not finished."),
		}),
		socaid.filters.township(),
		socaid.filters.category(),
		{
			fieldname: "kind",
			label: __("Kind of Raise", null, "Standard Raise Ledger"),
			fieldtype: "Select",
			options: ["", "Single Case", "By a Batch"].map((value) => ({
				value,
				label: value && __(value, null, "Standard Raise Ledger"),
			})),
		},
		{
			fieldname: "progress",
			label: __("Progress", null, "Standard Raise Ledger"),
			fieldtype: "Select",
			options: ["", "Under Way", "In Effect, Not Told", "Done", "Not Raised"].map((value) => ({
				value,
				label: value && __(value, null, "Standard Raise Ledger"),
			})),
		},
		{ fieldname: "batch", label: __("Batch"), fieldtype: "Link", options: "Adjustment Batch" },
	],
	formatter: socaid.filters.red("due_on"),
};
