// Conditions that an administrator sets with the filters of lists, kept as rows of record type, field, operator, value
// (casework/condition_rows.py). "about": the title of the dialog, what is said without conditions, whether they are fixed.
frappe.provide("socaid.conditions");

const OPERATORS = ["=", "!=", "in", "not in", "is", ">", "<", ">=", "<="];

socaid.conditions.show = function (frm, about) {
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
		<tbody>${lines.join("") || `<tr><td colspan="3" class="text-muted">${frappe.utils.escape_html(about.empty)}</td></tr>`}</tbody></table>`);
	if (!frm.perm[0]?.write || about.fixed) return;
	$(`<button class="btn btn-xs btn-default" style="margin-top: 8px">${__("Set Conditions")}</button>`)
		.appendTo($wrapper)
		.on("click", () => ask_conditions(frm, rows, about));
};

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

function ask_conditions(frm, rows, about) {
	// Frappe's filters know no state of submission
	const beside = rows.filter(([, fieldname]) => fieldname === "docstatus");
	const dialog = new frappe.ui.Dialog({
		title: about.title,
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
			socaid.conditions.show(frm, about);
		},
	});
	const group = new RuleFilters({
		parent: dialog.get_field("area").$wrapper,
		doctype: frm.doc.document_type,
		parent_doctype: about.parent_doctype,
		on_change() {},
	});
	group.add_filters_to_filter_group(rows.filter((row) => !beside.includes(row)));
	dialog.show();
}
