frappe.query_reports["Help Paid First"] = {
	filters: [
		socaid.filters.township(),
		{ fieldname: "include_closed", label: __("Include Closed Cases"), fieldtype: "Check" },
	],
};
