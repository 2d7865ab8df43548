// One word for one thing: where Frappe 15 asks for the word of a field or a choice without saying of which DocType,
// it would show its own general sense (Open → 打开 instead of 待整改). desk_gaps/ does the same for values in forms.

const word = (text, doctype) => __(text, null, doctype);

// The coloured state on lists and above forms.
const { get_indicator } = frappe;
frappe.get_indicator = function (doc, doctype, ...rest) {
	const indicator = get_indicator.call(this, doc, doctype, ...rest);
	const [fieldname, , value] = (indicator?.[2] || "").split(",");
	if (value && indicator[0] === __(value) && frappe.meta.has_field(doctype || doc.doctype, fieldname)) {
		indicator[0] = word(value, doctype || doc.doctype);
	}
	return indicator;
};

// Choices as list columns, and the actions of a workflow for several cases.
const { get_column_html, get_subject_text, get_workflow_action_menu_items } = frappe.views.ListView.prototype;
Object.assign(frappe.views.ListView.prototype, {
	get_column_html(column, doc) {
		const html = get_column_html.call(this, column, doc);
		const { df } = column;
		const value = df?.fieldtype === "Select" && doc[df.fieldname];
		if (!value) return html;
		const own = frappe.utils.escape_html(word(value, df.parent));
		return html.replace(`<span class="ellipsis"> ${__(value)} </span>`, () => `<span class="ellipsis"> ${own} </span>`);
	},

	// Records whose names are words.
	get_subject_text(doc, title) {
		const named = [...(frappe.boot.translated_doctypes || []), "Report", "Workflow"].includes(this.doctype);
		return named ? __(title || doc.name) : get_subject_text.call(this, doc, title);
	},

	get_workflow_action_menu_items() {
		return get_workflow_action_menu_items
			.call(this)
			.map((item) => ({ ...item, label: word(item.name, this.doctype) }));
	},
});

// The actions of a workflow on a form.
const { show_actions } = frappe.ui.form.States.prototype;
frappe.ui.form.States.prototype.show_actions = function (...args) {
	const { page, doctype } = this.frm;
	if (!page.socaid_words) {
		const { transitions = [] } = frappe.workflow.workflows[doctype] || {};
		page.socaid_words = new Map(transitions.map(({ action }) => [__(action), word(action, doctype)]));
		const { add_action_item } = page;
		page.add_action_item = function (label, ...rest) {
			return add_action_item.call(this, this.socaid_words.get(label) || label, ...rest);
		};
	}
	return show_actions.apply(this, args);
};

// What a filter says when it is closed.
const { get_filter_button_text } = frappe.ui.Filter.prototype;
frappe.ui.Filter.prototype.get_filter_button_text = function () {
	const { label, parent } = this.field.df;
	return get_filter_button_text.call(this).replace(__(label), () => word(label, parent));
};

// The name above a table.
const { make } = frappe.ui.form.ControlTable.prototype;
frappe.ui.form.ControlTable.prototype.make = function (...args) {
	make.apply(this, args);
	const { grid, df } = this;
	// drawn when it is first shown
	const draw = grid.make;
	grid.make = function (...drawn) {
		draw.apply(this, drawn);
		this.wrapper.children(".control-label").text(word(df.label || "", df.parent));
	};
};
