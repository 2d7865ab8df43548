frappe.query_reports["Help Paid First"] = {
	filters: [
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
		{ fieldname: "include_closed", label: __("Include Closed Cases"), fieldtype: "Check" },
	],
};
