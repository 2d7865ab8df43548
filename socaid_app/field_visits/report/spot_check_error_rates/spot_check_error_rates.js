frappe.query_reports["Spot Check Error Rates"] = {
	filters: [
		{
			fieldname: "subject",
			label: __("Subject", null, "Spot Check"),
			fieldtype: "Select",
			options: ["", { value: "Visits", label: __("Visits") }, { value: "Confirmed Cases", label: __("Confirmed Cases") }],
		},
		{ fieldname: "spot_check", label: __("Spot Check"), fieldtype: "Link", options: "Spot Check" },
		socaid.filters.township(),
		{ fieldname: "from_date", label: __("Drawn From"), fieldtype: "Date" },
		{ fieldname: "to_date", label: __("Drawn To"), fieldtype: "Date" },
	],
};
