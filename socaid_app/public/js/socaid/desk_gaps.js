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

// History: stored values are shown as they are stored (Draft, 0, null), and rows count from nought.
const sync_docinfo = frappe.model.sync_docinfo;
frappe.model.sync_docinfo = function (response) {
	const docinfo = response.docinfo;
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

// History and sidebar name colleagues by their e-mail address unless Desk has met them before.
$(document).on("form-refresh", (event, frm) => {
	if (frm.is_new()) return;
	const versions = (frm.get_docinfo() || {}).versions || [];
	const users = new Set([frm.doc.owner, frm.doc.modified_by, ...versions.map((version) => version.owner)]);
	const unknown = [...users].filter((user) => user && !frappe.boot.user_info[user]);
	if (!unknown.length) return;
	frappe
		.xcall("frappe.desk.form.load.get_user_info_for_viewers", { users: JSON.stringify(unknown) })
		.then((info) => {
			frappe.update_user_info(info);
			if (frm.timeline) frm.timeline.refresh();
			if (frm.sidebar) frm.sidebar.refresh();
		});
});
