import { gap, on_form } from "./gap";

// History: stored values are shown as they are stored (Draft, 0, null), and rows count from nought.
gap("values", () => {
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
});

// History: the badge of a step bears an English hint.
on_form("badges", ({ timeline }) => {
	// those of the first drawing are there already
	timeline?.timeline_items_wrapper?.find(".timeline-badge").attr("title", hint);
	if (!timeline || Object.hasOwn(timeline, "get_timeline_item")) return;
	const get_timeline_item = timeline.get_timeline_item;
	timeline.get_timeline_item = (item) =>
		get_timeline_item.call(timeline, { ...item, title: hint(0, item.title || " ") });
});

// The name of the picture says nothing.
function hint(_, title) {
	const word = __(title);
	return /[A-Za-z]/.test(word) ? " " : word;
}
