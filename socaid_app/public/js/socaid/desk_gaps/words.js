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
