frappe.query_reports["Precision of Rules"] = {
	filters: [
		{ fieldname: "source", label: __("Comparison Source"), fieldtype: "Link", options: "Comparison Source" },
		{ fieldname: "from_date", label: __("First Found On"), fieldtype: "Date" },
	],
};
