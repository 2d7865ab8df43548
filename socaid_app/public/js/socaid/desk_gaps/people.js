import { gap, on_form } from "./gap";

// Colleagues are named by their e-mail address, in fields always and elsewhere unless Desk has met them before.
on_form("names of colleagues", (frm) => {
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

// The built-in user has an English name wherever colleagues are named.
gap("the built-in user", () => {
	const user_info = frappe.user_info;
	frappe.user_info = function (uid) {
		const info = user_info.call(this, uid);
		return info.fullname === "Administrator" ? { ...info, fullname: __("Administrator") } : info;
	};
});
