import { gap, on_form } from "./gap";

// Links that the server filled in on saving show their code until the record is opened again.
on_form("titles of new links", (frm) => {
	const missing = new Map();
	const note = (df, value, field) => {
		if (df.fieldtype !== "Link" || !value || !frappe.boot.link_title_doctypes.includes(df.options)) return;
		if (frappe.utils.get_link_title(df.options, value)) return;
		const key = `${df.options}::${value}`;
		if (!missing.has(key)) missing.set(key, { doctype: df.options, name: value, fields: new Set() });
		missing.get(key).fields.add(field);
	};
	frm.meta.fields.forEach((df) => {
		if (df.hidden || !frm.fields_dict[df.fieldname]) return;
		if (df.fieldtype === "Table") {
			const columns = frappe.get_meta(df.options).fields;
			(frm.doc[df.fieldname] || []).forEach((row) =>
				columns.forEach((column) => note(column, row[column.fieldname], df.fieldname))
			);
		} else {
			note(df, frm.doc[df.fieldname], df.fieldname);
		}
	});
	missing.forEach(({ doctype, name, fields }) => {
		Promise.resolve(frappe.utils.fetch_link_title(doctype, name)).then(() =>
			fields.forEach((field) => frm.refresh_field(field))
		);
	});
});

// Links to what is shown translated (stages, roles) stay English for those who may not open the stage itself,
// and links to colleagues show an e-mail address.
gap("links shown translated", () => {
	const link_formatter = frappe.form.formatters.Link;
	frappe.form.formatters.Link = function (value, docfield, ...rest) {
		const text = link_formatter.call(this, value, docfield, ...rest);
		if (!value || !docfield) return text;
		if (docfield.options === "User") return frappe.utils.escape_html(frappe.user_info(value).fullname);
		const translated = frappe.boot.translated_doctypes || [];
		return text === value && translated.includes(docfield.options) ? __(value) : text;
	};
});

// An open field holds the login of a colleague and shows the name, as a closed one does.
gap("names of colleagues in open fields", () => {
	const link = frappe.ui.form.ControlLink.prototype;
	const { set_link_title } = link;
	link.set_link_title = async function (user) {
		if (this.get_options() !== "User") return set_link_title.call(this, user);
		if (!frappe.boot.user_info[user]) {
			const asked = { users: JSON.stringify([user]) };
			// whoever leaves the page meanwhile gets no answer, and needs none
			const found = await frappe.xcall("frappe.desk.form.load.get_user_info_for_viewers", asked).catch(() => ({}));
			frappe.update_user_info(found);
		}
		this.translate_and_set_input_value(frappe.user_info(user).fullname || user, user);
	};
});

frappe.provide("socaid");
socaid.own_modules = () => {
	const { module_app = {} } = frappe.boot;
	const ours = Object.keys(module_app).filter((module) => module_app[module] === "socaid_app");
	return ours.map((module) => module.split("_").map((word) => word[0].toUpperCase() + word.slice(1)).join(" "));
};

// A field that asks for a kind of records offers those of social assistance, not the two hundred of Frappe.
gap("kinds of records", () => {
	const link = frappe.ui.form.ControlLink.prototype;
	const { set_custom_query } = link;
	link.set_custom_query = function (args) {
		set_custom_query.call(this, args);
		if (this.get_options() !== "DocType" || args.filters || frappe.user.has_role("System Manager")) return;
		args.filters = [
			["DocType", "istable", "=", 0],
			["DocType", "module", "in", socaid.own_modules()],
		];
	};
});

// Below the suggestions of a field Frappe describes its filter, in stored values and names of fields.
gap("filters of a link", () => {
	frappe.ui.form.ControlLink.prototype.get_filter_description = () => "";
});
