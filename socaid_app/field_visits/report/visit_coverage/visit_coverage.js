frappe.query_reports["Visit Coverage"] = {
	filters: [
		{ fieldname: "on", label: __("As Of"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		socaid.filters.township(),
		socaid.filters.category(),
		{ fieldname: "detail", label: __("List Households"), fieldtype: "Check" },
		{
			fieldname: "include_new",
			label: __("Include Not Due Yet"),
			fieldtype: "Check",
			depends_on: "eval:doc.detail",
		},
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data || column.fieldname !== "overdue" || !value) return shown;
		const township = frappe.utils.escape_html(data.township || "");
		return `<a class="text-danger socaid-not-visited" data-township="${township}">${shown}</a>`;
	},
	onload(report) {
		// One click from a township's number to its households.
		report.page.wrapper.on("click", ".socaid-not-visited", (event) => {
			report.set_filter_value({ township: $(event.currentTarget).data("township").toString(), detail: 1 });
		});
	},
};
