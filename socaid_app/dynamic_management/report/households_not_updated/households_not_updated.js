frappe.query_reports["Households Not Updated"] = {
	filters: [{ fieldname: "task", label: __("Update Task"), fieldtype: "Link", options: "Update Task" }],
	formatter: socaid.filters.red("next_review_on"),
};
