frappe.query_reports["Ageing of Recoveries"] = {
	filters: [
		{
			fieldname: "township",
			label: __("Township Division"),
			fieldtype: "Link",
			options: "Administrative Division",
			get_query: () => ({ filters: { level: "Township" } }),
		},
	],
};
