frappe.query_reports["Stock on Hand"] = {
	filters: [
		{
			fieldname: "only",
			label: __("Shown"),
			fieldtype: "Select",
			options: ["", "Below the Minimum", "Expiring", "Not Used in Time"].map((value) => ({
				value,
				label: value && __(value),
			})),
		},
		{ fieldname: "days", label: __("Expiring within Days"), fieldtype: "Int", default: 90 },
		{ fieldname: "service_object", label: __("Kept At"), fieldtype: "Link", options: "Service Object" },
	],
};
