frappe.query_reports["Petition Statistics"] = {
	filters: [
		{
			fieldname: "by",
			label: __("Count By"),
			fieldtype: "Select",
			options: ["Category of Petition", "Township Division", "Cause", "Channel", "Assistance Category"].map((value) => ({ value, label: __(value, null, "Petition") })),
			default: "Category of Petition",
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
