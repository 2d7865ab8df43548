frappe.query_reports["Petition Satisfaction"] = {
	filters: [
		{
			fieldname: "by",
			label: __("Count By"),
			fieldtype: "Select",
			options: [
				"Township Division",
				"Handling Unit",
			].map((value) => ({ value, label: __(value, null, "Petition") })),
			default: "Township Division",
			reqd: 1,
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.year_start(),
		},
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: frappe.datetime.get_today() },
		socaid.filters.township(),
		{
			fieldname: "category",
			label: __("Category of Petition"),
			fieldtype: "Select",
			options: [
				"",
				"Suggestion",
				"Accusation",
				"Appeal for Help",
			].map((value) => ({ value, label: __(value, null, "Petition") })),
		},
	],
};
