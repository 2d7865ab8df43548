frappe.query_reports["No-omission Report"] = {
	filters: [
		{ fieldname: "from_month", label: __("From Month"), fieldtype: "Date" },
		{ fieldname: "to_month", label: __("To Month"), fieldtype: "Date" },
		{ fieldname: "layout", label: __("List Layout"), fieldtype: "Link", options: "List Layout" },
		socaid.filters.township(),
	],
	formatter: socaid.filters.red("waiting", "overdue"),
};
