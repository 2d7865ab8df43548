// Frappe's print format builder shows, and stores as the words of the print, labels in English or in their general sense:
// here they are those of the form.
(() => {
	const { render_template } = frappe;
	const word = (df, doctype) => (df?.label && doctype ? { ...df, label: __(df.label, null, doctype) } : df);
	frappe.render_template = function (name, data, ...rest) {
		if (name.startsWith("print_format_builder_")) {
			data = { ...data };
			if (data.field) data.field = word(data.field, data.field.parent);
			if (data.fields) data.fields = data.fields.map((df) => word(df, df.parent));
			if (data.section) data.section = word(data.section, data.me.print_format.doc_type);
		}
		return render_template.call(this, name, data, ...rest);
	};
})();
