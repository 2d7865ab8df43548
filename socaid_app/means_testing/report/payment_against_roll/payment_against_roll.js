frappe.query_reports["Payment Against Roll"] = {
	filters: [
		socaid.filters.month(__("Month of Payment", null, "Payment List")),
		socaid.filters.township(),
		socaid.filters.category(),
		{ fieldname: "differences_only", label: __("Differences Only"), fieldtype: "Check", default: 1 },
	],
};
