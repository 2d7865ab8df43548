frappe.query_reports["What-if Comparison"] = {
	filters: [
		{
			fieldname: "scenarios",
			label: __("Scenarios"),
			fieldtype: "MultiSelectList",
			get_data: (text) => frappe.db.get_link_options("What-if Scenario", text),
			description: __("Without a choice, the newest that are computed."),
		},
		{
			fieldname: "outcome",
			label: __("Outcome", null, "What-if Result"),
			fieldtype: "Select",
			options: [
				"",
				...["Gains Support", "Loses Support", "Gets More", "Gets Less", "Could Not Be Computed"].map((value) => ({
					value,
					label: __(value, null, "What-if Result"),
				})),
			],
			depends_on: "eval:doc.detail && !doc.rules",
		},
		{ fieldname: "rules", label: __("What the Comparison Would Find"), fieldtype: "Check" },
		{ fieldname: "detail", label: __("Family by Family"), fieldtype: "Check" },
	],
};
