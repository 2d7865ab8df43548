import { gap } from "./gap";

// Labels asked for by name come untranslated, for example in the history of a child table.
gap("labels by name", () => {
	const get_label = frappe.meta.get_label;
	frappe.meta.get_label = function (doctype, fieldname, ...rest) {
		return __(get_label.call(this, doctype, fieldname, ...rest), null, doctype);
	};
});

// A choice that can no longer be changed is shown in the words of its own form, like the choice itself.
gap("closed choices", () => {
	frappe.form.formatters.Select = (value, df) => __(frappe.form.formatters.Data(value, df), null, df?.parent);
});

// A dialog with a title of Frappe's that nobody has translated.
gap("titles of dialogs", () => {
	const { set_title } = frappe.ui.Dialog.prototype;
	frappe.ui.Dialog.prototype.set_title = function (title) {
		return set_title.call(this, __(title));
	};
});
