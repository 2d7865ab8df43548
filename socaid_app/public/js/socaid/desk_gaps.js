// What Frappe 15's Desk leaves undone for a Chinese clerk. Each part names what it makes good; a part may
// go when Frappe does the same.

// Attach: once a file was shown in a form, the button stays hidden for the next record without a file.
const set_input = frappe.ui.form.ControlAttach.prototype.set_input;
frappe.ui.form.ControlAttach.prototype.set_input = function (value, dataurl) {
	set_input.call(this, value, dataurl);
	if (!value && this.$input) this.$input.toggle(true);
};

// Labels asked for by name come untranslated, for example in the history of a child table.
const get_label = frappe.meta.get_label;
frappe.meta.get_label = function (doctype, fieldname, ...rest) {
	return __(get_label.call(this, doctype, fieldname, ...rest), null, doctype);
};

// A choice that can no longer be changed is shown in the words of its own form, like the choice itself.
frappe.form.formatters.Select = (value, df) => __(frappe.form.formatters.Data(value, df), null, df?.parent);

// History: stored values are shown as they are stored (Draft, 0, null), and rows count from nought.
const sync_docinfo = frappe.model.sync_docinfo;
frappe.model.sync_docinfo = function (response) {
	const docinfo = response.docinfo;
	frappe.update_user_info((docinfo && docinfo.user_info) || {});
	((docinfo && docinfo.versions) || []).forEach((version) => {
		if (version.data) version.data = JSON.stringify(readable(JSON.parse(version.data), docinfo.doctype));
	});
	return sync_docinfo.call(this, response);
};

function readable(data, doctype) {
	const show = (owner) => (change) => [change[0], ...change.slice(1).map((value) => shown(value, owner, change[0]))];
	if (data.changed) {
		// The step itself decides between the sentences for submitting and cancelling.
		data.changed = data.changed.map((change) => (change[0] === "docstatus" ? change : show(doctype)(change)));
	}
	if (data.row_changed) {
		data.row_changed = data.row_changed.map(([table, index, name, changes]) => {
			const df = frappe.meta.get_docfield(doctype, table);
			return [table, index + 1, name, changes.map(show(df && df.options))];
		});
	}
	return data;
}

function shown(value, doctype, fieldname) {
	const df = doctype && frappe.meta.get_docfield(doctype, fieldname);
	if (!df) return value;
	if (df.fieldtype === "Check") return cint(value) ? __("Yes") : __("No");
	if (value === null || value === undefined || value === "") return __("empty");
	if (df.fieldtype === "Select") return __(value, null, doctype);
	if (df.options === "User") return frappe.user.full_name(value);
	if (df.fieldtype === "Link") return frappe.utils.get_link_title(df.options, value) || __(value);
	return value;
}

// A form refreshed while its tabs still fade into each other would go on showing both.
$(document).on("form-refresh", (event, frm) => $(frm.wrapper).find(".tab-pane.fade").removeClass("fade"));

// Links that the server filled in on saving show their code until the record is opened again.
$(document).on("form-refresh", (event, frm) => {
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

// Colleagues are named by their e-mail address, in fields always and elsewhere unless Desk has met them before.
$(document).on("form-refresh", (event, frm) => {
	if (frm.is_new()) return;
	const versions = (frm.get_docinfo() || {}).versions || [];
	const users = [frm.doc.owner, frm.doc.modified_by, ...versions.map((version) => version.owner)];
	versions.forEach(({ data }) => users.push(...((data || "").match(/[^"\s]+@[^"\s]+(?=")/g) || [])));
	const fields = new Set();
	const note = (df, doc, field = df.fieldname) => {
		if (df.fieldtype !== "Link" || df.options !== "User" || !doc[df.fieldname]) return;
		users.push(doc[df.fieldname]);
		fields.add(field);
	};
	frm.meta.fields.forEach((df) => {
		note(df, frm.doc);
		if (df.fieldtype !== "Table") return;
		const columns = frappe.get_meta(df.options).fields;
		(frm.doc[df.fieldname] || []).forEach((row) => columns.forEach((column) => note(column, row, df.fieldname)));
	});
	const unknown = [...new Set(users)].filter((user) => user && !frappe.boot.user_info[user]);
	if (!unknown.length) return;
	frappe
		.xcall("frappe.desk.form.load.get_user_info_for_viewers", { users: JSON.stringify(unknown) })
		.then((info) => {
			frappe.update_user_info(info);
			fields.forEach((field) => frm.refresh_field(field));
			versions.forEach((version) =>
				unknown.forEach((user) => {
					const name = JSON.stringify(frappe.user_info(user).fullname);
					version.data = (version.data || "").replaceAll(JSON.stringify(user), () => name);
				})
			);
			if (frm.timeline) frm.timeline.refresh();
			if (frm.sidebar) frm.sidebar.refresh();
		});
});

// Links to what is shown translated (stages, roles) stay English for those who may not open the stage itself,
// and links to colleagues show an e-mail address.
const link_formatter = frappe.form.formatters.Link;
frappe.form.formatters.Link = function (value, docfield, ...rest) {
	const text = link_formatter.call(this, value, docfield, ...rest);
	if (!value || !docfield) return text;
	if (docfield.options === "User") return frappe.utils.escape_html(frappe.user_info(value).fullname);
	const translated = frappe.boot.translated_doctypes || [];
	return text === value && translated.includes(docfield.options) ? __(value) : text;
};

// The built-in user has an English name wherever colleagues are named.
const user_info = frappe.user_info;
frappe.user_info = function (uid) {
	const info = user_info.call(this, uid);
	return info.fullname === "Administrator" ? { ...info, fullname: __("Administrator") } : info;
};

// Lists: the heads forget to which DocType a label belongs, and the hints on heads, values and filters are English.
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

// The window of a new record is named after a number that nobody has given it.
const { set_title } = frappe.utils;
frappe.utils.set_title = function (title) {
	return set_title.call(this, title.replace(/ - new-[a-z0-9-]+$/, ""));
};

// History: the badge of a step bears an English hint.
$(document).on("form-refresh", (event, { timeline }) => {
	if (!timeline || Object.hasOwn(timeline, "get_timeline_item")) return;
	const get_timeline_item = timeline.get_timeline_item;
	timeline.get_timeline_item = (item) =>
		get_timeline_item.call(timeline, { ...item, title: item.title && __(item.title) });
});

// Reports: the hints on the boxes above the columns are English; a chart fails when the window changes while it
// still grows into place.
const { render_chart, render_datatable } = frappe.views.QueryReport.prototype;
Object.assign(frappe.views.QueryReport.prototype, {
	render_chart(options) {
		render_chart.call(this, { ...options, disableEntryAnimation: 1 });
	},

	render_datatable() {
		render_datatable.call(this);
		this.$report.find(".dt-filter").attr("title", __("Filter"));
	},
});

// The whole county lives by one clock: its name under every moment says nothing.
const { set_description } = frappe.ui.form.ControlDatetime.prototype;
frappe.ui.form.ControlDatetime.prototype.set_description = function () {
	this.df.hide_timezone = 1;
	set_description.call(this);
};

// Tables on a telephone: a row opens its form, where a finger finds the fields, instead of its narrow cells.
const make_table = frappe.ui.form.ControlTable.prototype.make;
frappe.ui.form.ControlTable.prototype.make = function () {
	make_table.call(this);
	const { grid } = this;
	const allow_on_grid_editing = grid.allow_on_grid_editing;
	grid.allow_on_grid_editing = () => !frappe.utils.is_xs() && allow_on_grid_editing.call(grid);
};

// Calendars: their library knows Chinese by another name.
const { setup_options } = frappe.views.Calendar.prototype;
frappe.views.Calendar.prototype.setup_options = function (...args) {
	setup_options.apply(this, args);
	if (this.cal_options.locale === "zh") this.cal_options.locale = "zh-cn";
};
