// What is missing leads to where it is mended: a field that a sentence names stands as a button in it, and a finding may
// bring a place of its own (assistance_intake/mending.py).
frappe.provide("socaid.mending");

const escape = (text) => frappe.utils.escape_html(text ?? "");
const QUOTED = /“([^“”]+)”/g;

// Label → field, of what the form shows.
function fields_by_label(frm) {
	const found = {};
	for (const df of frm?.meta?.fields || []) {
		const shown = frm.fields_dict[df.fieldname];
		if (shown && df.label && shown.get_status?.() !== "None") found[__(df.label, null, frm.doctype)] ??= df.fieldname;
	}
	return found;
}

// A sentence as HTML, the fields it names as buttons.
socaid.mending.sentence = function (frm, text) {
	const fields = fields_by_label(frm);
	return escape(text).replace(QUOTED, (whole, label) => {
		const field = fields[label.trim()];
		return field ? `“<button type="button" class="socaid-mend" data-field="${field}">${label}</button>”` : whole;
	});
};

// The place that a finding brings, as a button behind it.
socaid.mending.place = function (lead) {
	if (!lead) return "";
	return `<button type="button" class="btn btn-default btn-xs socaid-mend" data-lead="${escape(JSON.stringify(lead))}">
		${escape(lead.label)}</button>`;
};

$(document).on("click", ".socaid-mend", ({ currentTarget }) => {
	const frm = cur_frm;
	if (!frm) return;
	const lead = currentTarget.dataset.lead ? JSON.parse(currentTarget.dataset.lead) : currentTarget.dataset;
	if (cur_dialog) cur_dialog.hide();
	if (lead.field) return go_to(frm, lead.field);
	if (lead.name) return frappe.set_route("Form", lead.doctype, lead.name);
	const begin = () => frappe.new_doc(lead.doctype, lead.values);
	// what was entered here is kept before another form opens
	return frm.is_dirty() ? frm.save().then(begin) : begin();
});

function go_to(frm, fieldname) {
	frm.scroll_to_field(fieldname);
	const $field = frm.get_field(fieldname).$wrapper;
	$field.addClass("socaid-mend-here");
	setTimeout(() => $field.removeClass("socaid-mend-here"), 2500);
}
