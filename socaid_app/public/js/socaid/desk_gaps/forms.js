import { gap, on_form } from "./gap";

// A form refreshed while its tabs still fade into each other would go on showing both.
on_form("tabs", (frm) => $(frm.wrapper).find(".tab-pane.fade").removeClass("fade"));

// The window of a new record is named after a number that nobody has given it.
gap("title of a new record", () => {
	const { set_title } = frappe.utils;
	frappe.utils.set_title = function (title) {
		return set_title.call(this, title.replace(/ - new-[a-z0-9-]+$/, ""));
	};
});

// The facts of a record come first, what is connected with it after them.
on_form("connections last", (frm) => {
	if (frappe.boot.module_app?.[frappe.scrub(frm.meta.module)] !== "socaid_app") return;
	const links = frm.dashboard?.links_area?.wrapper;
	const first = frm.dashboard?.parent?.parent();
	links?.find(".btn-new").attr("aria-label", (_, label) => label || __("New"));
	if (!links?.length || !first?.length || links.parent().hasClass("socaid-connections")) return;
	$('<div class="form-dashboard socaid-connections">').append(links).appendTo(first);
});

// The tabulator leads into a field of code as into others, instead of breaking off.
gap("tabulator into code", () => {
	const { set_focus } = frappe.ui.form.Layout.prototype;
	frappe.ui.form.Layout.prototype.set_focus = function (field) {
		return field.editor && !field.editor.set_focus ? field.editor.focus?.() : set_focus.call(this, field);
	};
});
