frappe.query_reports["Missing Papers"] = {
	filters: [
		socaid.filters.township(),
		{
			fieldname: "owed_by",
			label: __("Owed By"),
			fieldtype: "Select",
			options: ["", "Applicant", "Village", "Township", "County", "Contractor"].map((value) => ({
				value,
				label: value ? __(value, null, "Archive Template Item") : "",
			})),
		},
		socaid.filters.category(),
	],
};
