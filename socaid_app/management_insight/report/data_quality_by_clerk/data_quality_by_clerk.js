frappe.query_reports["Data Quality by Clerk"] = socaid.insight.report([
	{ fieldname: "from_date", label: __("From Date"), fieldtype: "Date" },
	{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date" },
	socaid.filters.township(),
	{
		fieldname: "severity",
		label: __("Severity", null, "Data Quality Issue"),
		fieldtype: "Select",
		options: ["", "Minor", "Major", "Critical"].map((value) => ({
			value,
			label: value && __(value, null, "Data Quality Issue"),
		})),
	},
]);
