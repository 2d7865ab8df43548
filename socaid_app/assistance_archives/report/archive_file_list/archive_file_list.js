frappe.query_reports["Archive File List"] = {
	filters: [
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
		{
			fieldname: "category",
			label: __("Assistance Category"),
			fieldtype: "Link",
			options: "Assistance Category",
		},
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
