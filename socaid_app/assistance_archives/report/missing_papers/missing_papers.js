frappe.query_reports["Missing Papers"] = {
	filters: [
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
		{
			fieldname: "owed_by",
			label: __("Owed By"),
			fieldtype: "Select",
			options: ["", "Applicant", "Village", "Township", "County", "Contractor"].map((value) => ({
				value,
				label: value ? __(value, null, "Archive Template Item") : "",
			})),
		},
		{
			fieldname: "category",
			label: __("Assistance Category"),
			fieldtype: "Link",
			options: "Assistance Category",
		},
	],
};
