frappe.query_reports["Archive File List"] = {
	filters: [
		socaid.filters.township(),
		socaid.filters.category(),
		{
			fieldname: "file_year",
			label: __("Year", null, "Archive File"),
			fieldtype: "Int",
			default: Number(frappe.datetime.get_today().slice(0, 4)),
		},
		{
			fieldname: "archive_file",
			label: __("Archive File"),
			fieldtype: "Link",
			options: "Archive File",
		},
	],
};
