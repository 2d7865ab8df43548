// The fields of a rule are chosen from those of its record type; when it is open, with the filters of lists.
const NO_VALUE = ["Table", "Table MultiSelect", "Password", "Button", "HTML", "Image"];

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
	const table = table_of(frm);
	socaid.conditions.show(frm, {
		title: __("Open While"),
		empty: __("Open as long as the date is set."),
		parent_doctype: table ? frm.doc.document_type : undefined,
		fixed: frm.doc.required_by_law,
	});
}
