frappe.query_reports["Coverage of the Population"] = socaid.insight.report([
	socaid.filters.month(),
	socaid.filters.township(),
	socaid.insight.list({
		households: __("Number of Households"),
		dibao: __("Persons in Dibao"),
		tekun: __("Persons in Tekun"),
		basic: __("Persons in Dibao and Tekun"),
	}),
]);
