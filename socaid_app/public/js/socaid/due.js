// What is due, the same on every list and form of a DocType with a Due Rule (casework/due_rules.py): how many days are
// left or have passed beside the state, in the colour of the day, and a line above the form when it comes near.
frappe.provide("socaid.due");

// Further ahead nobody counts days.
const DAYS_SHOWN = 60;
const nothing = (value) => value === null || value === undefined || value === "";
const same = (value, wanted) => (nothing(value) ? nothing(wanted) : String(value) === String(wanted));

function holds(doc, [field, operator, wanted]) {
	const value = doc[field];
	switch (operator) {
		case "=":
			return same(value, wanted);
		case "!=":
			return !same(value, wanted);
		case "in":
			return wanted.some((one) => same(value, one));
		case "not in":
			return !wanted.some((one) => same(value, one));
		case "is":
			return nothing(value) === (wanted === "not set");
		case ">":
			return value > wanted;
		case "<":
			return value < wanted;
		case ">=":
			return value >= wanted;
		case "<=":
			return value <= wanted;
	}
	return false;
}

// The open rule of a record whose day comes first: {label, date, left, soon, colour}.
socaid.due.of = function (doc, doctype) {
	const known = ({ date_field, conditions }) => [date_field, ...conditions.map(([field]) => field)].every((f) => f in doc);
	const [first] = (frappe.boot.socaid_due_rules?.[doctype] || [])
		.filter((rule) => known(rule) && doc[rule.date_field] && rule.conditions.every((line) => holds(doc, line)))
		.sort((a, b) => (doc[a.date_field] < doc[b.date_field] ? -1 : 1));
	if (!first) return null;
	const date = doc[first.date_field];
	const left = frappe.datetime.get_day_diff(date, frappe.datetime.get_today());
	const colour = left < 0 ? "red" : left === 0 ? "orange" : left <= first.soon_days ? "yellow" : null;
	return { ...first, date, left, colour };
};

socaid.due.words = ({ left }) =>
	left < 0 ? __("{0} days late", [-left]) : left ? __("{0} days left", [left]) : __("Due Today");

// The pill of lists and forms: the state, the days, and the list of what is as late.
const { get_indicator } = frappe;
frappe.get_indicator = function (doc, doctype, ...rest) {
	const indicator = get_indicator.call(this, doc, doctype, ...rest);
	const due = indicator && !doc.__unsaved && socaid.due.of(doc, doctype || doc.doctype);
	if (!due || due.left > DAYS_SHOWN) return indicator;
	return [
		`${indicator[0]} · ${socaid.due.words(due)}`,
		due.colour || indicator[1],
		due.left > 0 ? indicator[2] : list_of(due),
	];
};

function list_of({ date_field, conditions, left }) {
	const open = conditions.map(([field, operator, value]) => `${field},${operator},${value}`);
	const day = left < 0 ? [`${date_field},is,set`, `${date_field},<,Today`] : [`${date_field},=,Today`];
	return [...day, ...open].join("|");
}

// Lists fetch what the pill looks at.
const { set_fields } = frappe.views.ListView.prototype;
frappe.views.ListView.prototype.set_fields = function (...args) {
	const rules = frappe.boot.socaid_due_rules?.[this.doctype] || [];
	const wanted = rules.flatMap((rule) => [rule.date_field, ...rule.conditions.map(([field]) => field)]);
	this.settings.add_fields = [...new Set([...(this.settings.add_fields || []), ...wanted])];
	return set_fields.apply(this, args);
};

$(document).on("form-refresh", (event, frm) => {
	const due = frm.doc && !frm.is_new() && socaid.due.of(frm.doc, frm.doctype);
	if (!due?.colour) return;
	const line = __("{0}: last day {1}, {2}", [
		frappe.utils.escape_html(due.label),
		frappe.datetime.str_to_user(due.date),
		socaid.due.words(due),
	]);
	const provisional = frm.doc.due_provisional
		? __("The due date is provisional: the holidays of that year are not announced.")
		: "";
	frm.set_intro(`${line} ${provisional}`, due.colour);
});
