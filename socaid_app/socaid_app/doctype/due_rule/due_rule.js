// The fields of a rule are chosen from those of its record type; when it is open, with the filters of lists.
const NO_VALUE = ["Table", "Table MultiSelect", "Password", "Button", "HTML", "Image"];
const OPERATORS = ["=", "!=", "in", "not in", "is", ">", "<", ">=", "<="];

frappe.ui.form.on("Due Rule", {
	setup(frm) {
		frm.set_query("document_type", () => ({ filters: { istable: 0, issingle: 0, is_virtual: 0 } }));
	},

	refresh(frm) {
		if (!frm.is_new() && !frm.doc.enabled) frm.set_intro(__("Switched off: nobody is reminded."), "orange");
		if (frm.doc.required_by_law) {
			frm.set_intro(__("The law needs this rule: change whom and when it reminds."), "blue");
		}
		load_fields(frm);
	},

	document_type(frm) {
		["date_field", "conditions", "group_by", "title_field", "label_field", "since_field", "colour_field"].forEach(
			(field) => frm.set_value(field, null)
		);
		load_fields(frm);
	},

	date_field(frm) {
		offer_fields(frm);
		show_conditions(frm);
	},
});

function load_fields(frm) {
	if (!frm.doc.document_type) return;
	frappe.model.with_doctype(frm.doc.document_type, () => {
		offer_fields(frm);
		show_conditions(frm);
	});
}

function table_of(frm) {
	const [head, column] = (frm.doc.date_field || "").split(".");
	return column ? frappe.meta.get_docfield(frm.doc.document_type, head) : null;
}

function offer_fields(frm) {
	const { document_type } = frm.doc;
	const meta = frappe.get_meta(document_type);
	const plain = (field) => !frappe.model.no_value_type.includes(field.fieldtype) && !NO_VALUE.includes(field.fieldtype);
	const option = (field, prefix = "", words = "") => ({
		value: prefix + field.fieldname,
		label: words + __(field.label || field.fieldname, null, field.parent),
	});
	const own = meta.fields.filter(plain);
	const rows = (field) => frappe.get_meta(field.options)?.fields.filter(plain) || [];
	const in_tables = (fields, keep) =>
		fields.flatMap((table) =>
			rows(table)
				.filter(keep)
				.map((field) => option(field, `${table.fieldname}.`, `${__(table.label, null, document_type)}：`))
		);
	const tables = meta.fields.filter((field) => field.fieldtype === "Table");
	const chosen = table_of(frm) ? [table_of(frm)] : [];
	const standard = [
		{ value: "creation", label: __("Day It Was Made") },
		{ value: "modified", label: __("Day of the Last Change") },
	];
	const is_date = (field) => ["Date", "Datetime"].includes(field.fieldtype);
	const is_user = (field) => field.fieldtype === "Link" && field.options === "User";
	const offer = {
		date_field: [...own.filter(is_date).map((field) => option(field)), ...in_tables(tables, is_date)],
		title_field: own.map((field) => option(field)),
		label_field: [...own.map((field) => option(field)), ...in_tables(chosen, () => true)],
		since_field: [...standard, ...own.filter(is_date).map((field) => option(field)), ...in_tables(chosen, is_date)],
		group_by: own.filter((field) => field.fieldtype === "Link").map((field) => option(field)),
		colour_field: own
			.filter((field) => field.fieldtype === "Select" && (field.options || "").includes("Due Soon"))
			.map((field) => option(field)),
	};
	const labels = Object.fromEntries(Object.values(offer).flatMap((options) => options.map((o) => [o.value, o.label])));
	const called = (value) => frappe.utils.escape_html(labels[value] || value || "");
	frm.set_df_property(
		"date_field",
		"description",
		labels[frm.doc.date_field] || __("The last day to act; of the record, or of a row in one of its tables.")
	);
	for (const [fieldname, options] of Object.entries(offer)) {
		frm.set_df_property(fieldname, "options", with_stored(options, frm.doc[fieldname]));
	}
	const persons = [
		...own.filter(is_user).map((field) => option(field)),
		...in_tables(chosen, is_user),
		{ value: "owner", label: __("Who Made the Record") },
	];
	persons.forEach(({ value, label }) => (labels[value] = label));
	frappe.meta.get_docfield("Due Rule Recipient", "person").formatter = called;
	const stored = (frm.doc.recipients || []).map((row) => row.person).filter(Boolean);
	frm.fields_dict.recipients.grid.update_docfield_property(
		"person",
		"options",
		stored.reduce((options, value) => with_stored(options, value), persons)
	);
}

// What a rule names beyond the fields offered, such as the user of a linked officer.
function with_stored(options, value) {
	const known = !value || options.some((option) => option.value === value);
	return [{ value: "", label: "" }, ...options, ...(known ? [] : [{ value, label: value }])].uniqBy((o) => o.value);
}

function show_conditions(frm) {
	const $wrapper = frm.fields_dict.conditions_view.$wrapper.empty();
	const rows = JSON.parse(frm.doc.conditions || "[]");
	const escape = frappe.utils.escape_html;
	const lines = rows.map(([doctype, fieldname, operator, value]) => {
		const field = frappe.meta.get_docfield(doctype, fieldname);
		const word = (one) => escape(__(String(one), null, field?.parent));
		const label = __(field?.label || fieldname, null, field?.parent || doctype);
		const set = { set: __("Filled In"), "not set": __("Not Filled In") }[operator === "is" && value];
		const test = { in: __("Is One Of"), "not in": __("Is None Of") }[operator] || (set ? "" : operator);
		return `<tr><td>${escape(label)}</td><td>${escape(test)}</td><td>${set || [].concat(value).map(word).join("、")}</td></tr>`;
	});
	$wrapper.append(`<table class="table table-bordered" style="margin: 0"><thead><tr>
		<th>${__("Field of the Condition")}</th><th>${__("How It Is Compared")}</th><th>${__("Wanted Value")}</th></tr></thead>
		<tbody>${lines.join("") || `<tr><td colspan="3" class="text-muted">${__("Open as long as the date is set.")}</td></tr>`}</tbody></table>`);
	if (!frm.perm[0]?.write || frm.doc.required_by_law) return;
	$(`<button class="btn btn-xs btn-default" style="margin-top: 8px">${__("Set Conditions")}</button>`)
		.appendTo($wrapper)
		.on("click", () => ask_conditions(frm, rows));
}

// Who administers rules need not read the cases: the filters offer all fields all the same, for these are no values.
class RuleFilters extends frappe.ui.FilterGroup {
	_push_new_filter(...args) {
		const { has_perm } = frappe.perm;
		frappe.perm.has_perm = (_doctype, permlevel) => !permlevel;
		try {
			return super._push_new_filter(...args);
		} finally {
			frappe.perm.has_perm = has_perm;
		}
	}
}

function ask_conditions(frm, rows) {
	const table = table_of(frm);
	// Frappe's filters know no state of submission
	const beside = rows.filter(([, fieldname]) => fieldname === "docstatus");
	const dialog = new frappe.ui.Dialog({
		title: __("Open While"),
		size: "large",
		fields: [{ fieldname: "area", fieldtype: "HTML" }],
		primary_action_label: __("Take Over These Conditions"),
		primary_action() {
			const chosen = [...beside, ...group.get_filters().map((row) => row.slice(0, 4))];
			const strange = chosen.find(([, , operator]) => !OPERATORS.includes(operator));
			if (strange) {
				frappe.throw(__("Condition on {0}: choose one of {1}.", [strange[1], OPERATORS.join("、")]));
			}
			frm.set_value("conditions", JSON.stringify(chosen));
			dialog.hide();
			show_conditions(frm);
		},
	});
	const group = new RuleFilters({
		parent: dialog.get_field("area").$wrapper,
		doctype: frm.doc.document_type,
		parent_doctype: table ? frm.doc.document_type : undefined,
		on_change() {},
	});
	group.add_filters_to_filter_group(rows.filter((row) => !beside.includes(row)));
	dialog.show();
}
