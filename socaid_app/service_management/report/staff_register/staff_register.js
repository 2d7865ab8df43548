frappe.query_reports["Staff Register"] = {
	filters: [
		{
			fieldname: "employer",
			label: __("Employer"),
			fieldtype: "Select",
			options: ["", "Contractor", "Township Office", "Village", "County Bureau"].map((value) => ({
				value,
				label: value && __(value, null, "Visit Officer"),
			})),
		},
		{
			fieldname: "stage",
			label: __("Stage of Employment"),
			fieldtype: "Select",
			options: ["", "Recruiting", "On Probation", "In Post", "Leaving", "Has Left"].map((value) => ({
				value,
				label: value && __(value, null, "Visit Officer"),
			})),
		},
		{ fieldname: "only_expiring", label: __("Only What Runs Out"), fieldtype: "Check" },
	],
};
