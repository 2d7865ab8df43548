// What was typed into a form or a dialog and not saved is there again after Esc, a reload, the end of the session or a
// lost connection. It is kept in this tab for this user alone, like the drafts of the counter, and goes with either.
frappe.provide("socaid.drafts");

const PREFIX = "socaid-draft:";
const escape = (text) => frappe.utils.escape_html(String(text ?? ""));
const of_user = () => `${PREFIX}${frappe.session.user}:`;

socaid.drafts.read = (key) => JSON.parse(sessionStorage.getItem(of_user() + key) || "null");
socaid.drafts.keep = function (key, draft) {
	try {
		sessionStorage.setItem(of_user() + key, JSON.stringify(draft));
	} catch {
		// the tab's room is used up; what is on the screen is still there
	}
};
socaid.drafts.drop = (key) => sessionStorage.removeItem(of_user() + key);

function drop_where(test) {
	Object.keys(sessionStorage)
		.filter((key) => key.startsWith(PREFIX) && test(key))
		.forEach((key) => sessionStorage.removeItem(key));
}

$(document).on("startup", () => drop_where((key) => !key.startsWith(of_user())));

const { logout } = frappe.Application.prototype;
frappe.Application.prototype.logout = function (...args) {
	drop_where(() => true);
	return logout.apply(this, args);
};

// --- forms ---------------------------------------------------------------------------------------------------------
const is_ours = (meta) => frappe.boot.module_app?.[frappe.scrub(meta.module)] === "socaid_app";
const key_of = (frm) => `form:${frm.doctype}:${frm.is_new() ? "" : frm.docname}`;

// What a person may enter: field → value; of a table its rows, without the bookkeeping of the record.
function entered(frm) {
	const values = {};
	for (const df of frm.meta.fields) {
		if (frappe.model.no_value_type.includes(df.fieldtype) && !frappe.model.table_fields.includes(df.fieldtype)) continue;
		if (["Password", "Attach", "Attach Image"].includes(df.fieldtype)) continue;
		// a full number that was to take the place of a masked one
		if (!frm.is_new() && socaid.MASKED_FIELDS.includes(df.fieldname)) continue;
		const value = frm.doc[df.fieldname];
		values[df.fieldname] = frappe.model.table_fields.includes(df.fieldtype)
			? (value || []).map((row) => plain(df.options, row))
			: value ?? null;
	}
	return values;
}

function plain(doctype, row) {
	const fields = frappe.get_meta(doctype)?.fields || [];
	return Object.fromEntries(
		fields.filter(({ fieldname }) => row[fieldname] !== undefined).map(({ fieldname }) => [fieldname, row[fieldname]])
	);
}

function changed(frm) {
	const before = frm.socaid_as_stored || {};
	return Object.fromEntries(
		Object.entries(entered(frm)).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field]))
	);
}

function keep(frm) {
	if (!frm?.doc || !is_ours(frm.meta) || !frm.is_dirty()) return;
	const values = changed(frm);
	if (!Object.keys(values).length) return;
	socaid.drafts.keep(key_of(frm), { base: frm.doc.modified || "", values, at: frappe.datetime.now_datetime() });
}

$(document).on("form-refresh", (event, frm) => {
	if (!frm?.doc || !is_ours(frm.meta)) return;
	if (!frm.socaid_keeps_drafts) {
		frm.socaid_keeps_drafts = true;
		const later = frappe.utils.debounce(() => keep(frm), 700);
		$(frm.wrapper).on("input change awesomplete-selectcomplete", later);
		frm.fields.filter(({ grid }) => grid).forEach(({ grid }) => $(grid.wrapper).on("change", later));
	}
	if (frm.is_dirty() && !frm.is_new()) return;
	const shown = `${frm.docname}:${frm.doc.modified || ""}`;
	if (frm.socaid_shown === shown) return;
	frm.socaid_shown = shown;
	frm.socaid_as_stored = entered(frm);
	offer(frm);
});

// A record that got its name was saved.
$(document).on("rename", (event, doctype) => socaid.drafts.drop(`form:${doctype}:`));
// A page that goes away takes what was typed a moment ago along.
window.addEventListener("pagehide", () => window.cur_frm && keep(cur_frm));

function offer(frm) {
	const key = key_of(frm);
	const draft = socaid.drafts.read(key);
	if (!draft) return;
	const mine = frm.doc.modified_by === frappe.session.user;
	if (draft.base !== (frm.doc.modified || "") && mine) return socaid.drafts.drop(key);
	const when = frappe.datetime.comment_when?.(draft.at) || draft.at;
	const $line = $(`<div class="socaid-draft-offer" role="status">
		<span>${__("Not saved last time ({0}):", [when])} ${escape(names(frm, draft).join("、"))}</span>
		<button type="button" class="btn btn-xs btn-primary" data-do="fill">${__("Fill In Again")}</button>
		<button type="button" class="btn btn-xs btn-default" data-do="drop">${__("Throw Away")}</button>
	</div>`);
	frm.layout.wrapper.find(".socaid-draft-offer").remove();
	frm.layout.wrapper.prepend($line);
	$line.on("click", "[data-do]", ({ currentTarget }) => {
		$line.remove();
		if (currentTarget.dataset.do === "drop") return socaid.drafts.drop(key);
		if (draft.base !== (frm.doc.modified || "")) return show(frm, draft);
		fill(frm, draft);
	});
}

const names = (frm, draft) =>
	Object.keys(draft.values)
		.map((field) => frappe.meta.get_docfield(frm.doctype, field))
		.filter((df) => df?.label && !df.hidden)
		.map((df) => __(df.label, null, frm.doctype));

function fill(frm, { values }) {
	for (const [field, value] of Object.entries(values)) {
		const df = frappe.meta.get_docfield(frm.doctype, field);
		if (!df) continue;
		if (frappe.model.table_fields.includes(df.fieldtype)) {
			frm.clear_table(field);
			value.forEach((row) => Object.assign(frm.add_child(field), row));
		} else {
			frm.doc[field] = value;
		}
	}
	frm.dirty();
	frm.refresh();
	frappe.show_alert({ message: __("What you had typed is here again."), indicator: "blue" });
}

// Somebody saved the record meanwhile: nothing of theirs is written over, what was typed is shown to be taken from.
function show(frm, draft) {
	const rows = Object.entries(draft.values)
		.map(([field, value]) => [frappe.meta.get_docfield(frm.doctype, field), value])
		.filter(([df]) => df?.label)
		.map(
			([df, value]) =>
				`<tr><th scope="row">${escape(__(df.label, null, frm.doctype))}</th><td>${escape(
					Array.isArray(value) ? __("{0} rows", [value.length]) : value
				)}</td></tr>`
		)
		.join("");
	frappe.msgprint({
		title: __("Changed by somebody else meanwhile"),
		message: `<p>${__("What you had typed is listed here; take over what still holds.")}</p>
			<table class="table table-sm">${rows}</table>`,
	});
}

// --- dialogs -------------------------------------------------------------------------------------------------------
// What was entered in a dialog that was closed is there when it opens again; "done" is called when it was used.
socaid.drafts.of_dialog = function (dialog, key) {
	const before = socaid.drafts.read(key);
	if (before) {
		dialog.set_values(before);
		frappe.show_alert({ message: __("What you had typed is here again."), indicator: "blue" });
	}
	let used = false;
	const later = () => {
		const values = dialog.get_values(true) || {};
		if (!used && Object.values(values).some((value) => value !== "" && value !== null && value !== undefined))
			socaid.drafts.keep(key, values);
	};
	dialog.$wrapper.on("input change awesomplete-selectcomplete", frappe.utils.debounce(later, 500));
	return {
		done() {
			used = true;
			socaid.drafts.drop(key);
		},
	};
};
