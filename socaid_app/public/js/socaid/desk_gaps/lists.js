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
			const value = df && doc[df.fieldname];
			if (!value || !(df.fieldtype === "Select" || df.options === "User")) return html;
			const word =
				df.options === "User" ? frappe.user_info(value).fullname || value : __(value, null, df.parent);
			const shown = frappe.utils.escape_html(word);
			// a translation is looked for by the value as it stands in HTML, a colleague is shown by the login
			const stored = frappe.utils.escape_html(value);
			return html
				.replace(/title="[^"]*"/, () => `title="${frappe.utils.escape_html(df.label)}: ${shown}"`)
				.replace(/(>\s*)([^<>]*?)(\s*<)/g, (all, before, text, after) =>
					text === stored ? before + shown + after : all
				);
		},
	});

	const { update_filter_button } = frappe.ui.FilterGroup.prototype;
	frappe.ui.FilterGroup.prototype.update_filter_button = function () {
		update_filter_button.call(this);
		this.filter_button.attr("title", __("Filters {0}", [this.filters.length]));
	};
});

// Colleagues whom Desk has not met before are asked for, and the rows drawn again with their names.
gap("names of colleagues in lists", () => {
	const { after_render } = frappe.views.ListView.prototype;
	frappe.views.ListView.prototype.after_render = function () {
		after_render.call(this);
		if (this.view_name !== "List") return;
		const columns = this.columns.filter(({ df }) => df?.options === "User");
		const users = new Set(columns.flatMap(({ df }) => this.data.map((doc) => doc[df.fieldname])));
		const unknown = [...users].filter((user) => user && !frappe.boot.user_info[user]);
		if (!unknown.length) return;
		frappe
			.xcall("frappe.desk.form.load.get_user_info_for_viewers", { users: JSON.stringify(unknown) })
			.then((info) => {
				frappe.update_user_info(info);
				this.render_list();
				this.set_rows_as_checked();
			});
	};
});

// The choices above a list forget to which DocType they belong.
gap("choices of filters", () => {
	const { setup_filter_area } = frappe.views.BaseList.prototype;
	frappe.views.BaseList.prototype.setup_filter_area = function () {
		const done = setup_filter_area.call(this);
		Object.values(this.page.fields_dict)
			.filter(({ df }) => df.fieldtype === "Select")
			.forEach((control) => {
				control.df.context = this.doctype;
				control.last_options = null;
				control.set_options();
			});
		return done;
	};
});
