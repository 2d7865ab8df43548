import { gap } from "./gap";

// Lists: the heads forget to which DocType a label belongs, and the hints on heads, values and filters are English.
gap("heads and hints", () => {
	const { setup_columns, get_column_html } = frappe.views.ListView.prototype;
	Object.assign(frappe.views.ListView.prototype, {
		setup_columns(...args) {
			setup_columns.apply(this, args);
			this.columns = this.columns.map((column) => {
				const { df } = column;
				return df ? { ...column, df: { ...df, label: __(df.label, null, df.parent) } } : column;
			});
		},

		get_column_html({ df, ...column }, doc) {
			const html = get_column_html.call(this, { df, ...column }, doc);
			if (!df || df.fieldtype !== "Select" || !doc[df.fieldname]) return html;
			const hint = frappe.utils.escape_html(`${df.label}: ${__(doc[df.fieldname], null, df.parent)}`);
			return html.replace(/title="[^"]*"/, () => `title="${hint}"`);
		},
	});

	const { update_filter_button } = frappe.ui.FilterGroup.prototype;
	frappe.ui.FilterGroup.prototype.update_filter_button = function () {
		update_filter_button.call(this);
		this.filter_button.attr("title", __("Filters {0}", [this.filters.length]));
	};
});
