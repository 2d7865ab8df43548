frappe.query_reports["Reception Summary"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.year_start(),
		},
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: frappe.datetime.get_today() },
		socaid.filters.township(),
		{
			fieldname: "channel",
			label: __("Channel", null, "Petition"),
			fieldtype: "Select",
			options: ["", "In Person", "By Telephone", "Through the Web", "By Letter"].map((value) => ({
				value,
				label: __(value, null, "Petition"),
			})),
		},
	],
};
