// Lists show what decides: as many columns as the screen has room for, and nothing cut that tells one record from
// another: the state with its days, numbers with their last digits.
const COLUMNS = [
	[1600, 8],
	[1366, 6],
	[992, 5],
	[0, 3],
];
const NUMBERS = /(^name|_number|number)$/;

// Records that are called by their number, to its last digit.
function shows_name({ fieldtype, options }) {
	const { link_title_doctypes = [], translated_doctypes = [] } = frappe.boot;
	return (
		fieldtype === "Dynamic Link" ||
		(fieldtype === "Link" && ![...link_title_doctypes, ...translated_doctypes, "User"].includes(options))
	);
}

function width_of({ type, df }) {
	if (type === "Status" || df?.options === "Workflow State") return "socaid-col-state";
	if (!df || type === "Subject") return "";
	if (df.fieldtype === "Date") return "socaid-col-date";
	const whole = df.fieldtype === "Datetime" || NUMBERS.test(df.fieldname) || shows_name(df);
	return whole ? "socaid-col-number" : "";
}

// The place that differs from line to line is a column: the village for who works in one township, the township for the
// county, neither for who works in one village.
function with_places(fields, doctype) {
	const [place = "000000", ...others] = frappe.boot.socaid_divisions || [];
	if (others.length) return fields;
	const without = (...names) => fields.filter(({ fieldname }) => !names.includes(fieldname));
	if (!place.endsWith("000")) return without("division", "township");
	if (!place.endsWith("000000")) return without("township");
	const township = frappe.meta.get_docfield(doctype, "township");
	if (!township || fields.includes(township)) return fields;
	return fields.map((df) => (df.fieldname === "division" ? { ...township, in_list_view: 1 } : df));
}

const { setup_columns, get_header_html, get_column_html, get_fields_in_list_view } = frappe.views.ListView.prototype;
Object.assign(frappe.views.ListView.prototype, {
	get_fields_in_list_view() {
		return with_places(get_fields_in_list_view.call(this), this.doctype);
	},

	setup_columns(...args) {
		// a name that is no number says nothing
		if (this.meta.autoname === "hash") this.settings.hide_name_column = true;
		// what somebody chose in the settings of the list stays
		const settings = this.list_view_settings || {};
		const chosen = settings.total_fields;
		settings.total_fields = chosen || COLUMNS.find(([width]) => window.innerWidth >= width)[1];
		setup_columns.apply(this, args);
		settings.total_fields = chosen;
	},

	get_header_html() {
		const html = get_header_html.call(this);
		if (!html) return html;
		const $header = $(html);
		const $columns = $header.find(".list-header-subject > .list-row-col");
		this.columns.forEach((column, at) => $columns.eq(at).addClass(width_of(column)));
		return $header.prop("outerHTML");
	},

	get_column_html(column, doc) {
		const html = get_column_html.call(this, column, doc);
		const width = width_of(column);
		return width ? html.replace("list-row-col", `list-row-col ${width}`) : html;
	},
});
