// Reports in which each number opens the list behind it (management_insight/behind.py), and good and bad news look alike.
frappe.provide("socaid.insight");

const TONES = { good: "text-success", bad: "text-danger" };

socaid.insight.report = (filters, more = {}) => ({
	filters,
	formatter(value, row, column, data, default_formatter) {
		let shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		// nothing to divide by is no nought
		if (value === null || value === undefined || value === "") return "";
		if (column.tone && value) shown = `<span class="${TONES[column.tone]}">${shown}</span>`;
		if (data.bold) shown = `<b>${shown}</b>`;
		const target = data.opens?.[column.fieldname];
		if (!target || !value) return shown;
		const said = frappe.utils.escape_html(JSON.stringify(target));
		return `<a class="socaid-opens" role="button" data-opens="${said}">${shown}</a>`;
	},
	onload(report) {
		report.page.wrapper.off("click.socaid").on("click.socaid", ".socaid-opens", (event) => {
			socaid.insight.open(report, JSON.parse(event.currentTarget.dataset.opens));
		});
	},
	...more,
});

socaid.insight.open = async (report, target) => {
	if (target.doctype) {
		frappe.route_options = Object.fromEntries(
			Object.entries(target.filters).map(([field, test]) => [
				field.includes(".") ? field : `${target.doctype}.${field}`,
				test,
			])
		);
		frappe.set_route("List", target.doctype, "List");
	} else if (target.report) {
		await fetch_titles(target.filters);
		frappe.route_options = target.filters;
		frappe.set_route("query-report", target.report);
	} else {
		set_all(report, target.filters);
	}
};

// A filter that is a link has no value until its title is there, for which Frappe asks the server and does not wait.
const LINKS = {
	township: "Administrative Division",
	category: "Assistance Category",
	rule: "Due Rule",
	scenario: "What-if Scenario",
};

const fetch_titles = (filters) =>
	Promise.all(
		Object.entries(LINKS)
			.filter(([field, doctype]) => filters[field] && !frappe.utils.get_link_title(doctype, filters[field]))
			.map(([field, doctype]) => frappe.utils.fetch_link_title(doctype, filters[field]))
	);

// The report is asked once, when all filters stand.
async function set_all(report, filters) {
	await fetch_titles(filters);
	report._no_refresh = true;
	try {
		await Promise.all(Object.entries(filters).map(([field, value]) => report.get_filter(field).set_value(value)));
	} finally {
		report._no_refresh = false;
	}
	report.refresh(true);
}

// Which of its numbers the report lists one by one; empty: the overview.
socaid.insight.list = (options) => ({
	fieldname: "list",
	label: __("List Records"),
	fieldtype: "Select",
	options: [{ value: "", label: "" }, ...Object.entries(options).map(([value, label]) => ({ value, label }))],
});

socaid.insight.by = (options) => ({
	fieldname: "by",
	label: __("Grouped By"),
	fieldtype: "Select",
	options: Object.entries(options).map(([value, label]) => ({ value, label })),
	default: Object.keys(options)[0],
});

socaid.insight.from = () => ({
	fieldname: "from_date",
	label: __("From Date"),
	fieldtype: "Date",
	default: frappe.datetime.year_start(),
	reqd: 1,
});

socaid.insight.until = () => ({
	fieldname: "to_date",
	label: __("To Date"),
	fieldtype: "Date",
	default: frappe.datetime.get_today(),
	reqd: 1,
});
