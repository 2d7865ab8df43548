const GROUPS = ["Disabled", "Elderly", "Child", "Serious Illness"];
const LACKS = ["No Assessment", "No Plan", "Overdue Measure"];
const SHOWS = { persons: "", not_assessed: "No Assessment", not_planned: "No Plan", overdue: "Overdue Measure" };
const named = (words, context) => ["", ...words].map((value) => ({ value, label: value && __(value, null, context) }));

frappe.query_reports["Special Groups Register"] = {
	filters: [
		socaid.filters.township(),
		{
			fieldname: "group",
			label: __("Special Group"),
			fieldtype: "Select",
			options: named(GROUPS, "Needs Assessment"),
		},
		{ fieldname: "lacking", label: __("What Is Lacking"), fieldtype: "Select", options: named(LACKS) },
		{ fieldname: "all_households", label: __("Also without a Benefit"), fieldtype: "Check" },
	],
	// A number opens the persons behind it; who was never assessed is assessed from here.
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (data && column.fieldname in SHOWS && data.township && value) {
			const route_options = {
				township: data.township,
				group: data.group,
				lacking: SHOWS[column.fieldname],
				all_households: frappe.query_report.get_filter_value("all_households") ? 1 : 0,
			};
			const report = { type: "Report", name: "Special Groups Register", is_query_report: true };
			return `<a href="${frappe.utils.generate_route({ ...report, route_options })}">${shown}</a>`;
		}
		if (data && column.fieldname === "assessment" && !value && frappe.model.can_create("Needs Assessment")) {
			const route_options = { recipient: data.recipient, group: data.group };
			const blank = { type: "DocType", name: "Needs Assessment", doc_view: "New" };
			return `<a href="${frappe.utils.generate_route({ ...blank, route_options })}">${__("Assess Needs")}</a>`;
		}
		return shown;
	},
};
