frappe.query_reports["Service Check Statistics"] = {
	filters: [
		{
			fieldname: "by",
			label: __("Counted By"),
			fieldtype: "Select",
			default: "Place or Thing",
			options: ["Place or Thing", "Responsible Person", "Kind of Check", "Township", "Township and Kind"].map((value) => ({
				value,
				label: __(value),
			})),
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -3),
		},
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: frappe.datetime.get_today() },
		{
			fieldname: "template",
			label: __("Kind of Check"),
			fieldtype: "Link",
			options: "Service Check Template",
		},
		{
			fieldname: "area",
			label: __("Area", null, "Service Check Template"),
			fieldtype: "Select",
			options: ["", "Hygiene", "Safety", "Quality", "People", "Emergency", "Satisfaction", "Contract"].map(
				(value) => ({ value, label: value && __(value, null, "Service Check Template") }),
			),
		},
	],
};
