// The letter of a record's stage is a Letter Rule (casework/letters.py): the printer button, the dialogue for e-mails
// and the print of several records begin with it.
frappe.provide("socaid.letters");

$(document).on("form-refresh", (event, frm) => {
	const letters = frm.doc?.__onload?.letters || [];
	if (!letters.length) return;
	frm.meta.default_print_format = letters[0];
	socaid.letters.offer_all(frm, (label, print) => frm.page.add_menu_item(label, print));
});

// "All papers of this stage", where there are several: "add" draws it and what it returns is returned.
socaid.letters.offer_all = function (frm, add) {
	const letters = frm.doc?.__onload?.letters || [];
	if (letters.length < 2 || !frappe.model.can_print(frm.doctype)) return undefined;
	return add(__("Print All Papers of This Stage"), () =>
		open_pdf("socaid_app.casework.letters.print_papers", { doctype: frm.doctype, name: frm.doc.name })
	);
};

const { ListView } = frappe.views;
const actions_of_list = ListView.prototype.get_actions_menu_items;
ListView.prototype.get_actions_menu_items = function () {
	const items = actions_of_list.call(this);
	const first = (frappe.boot.socaid_letters || {})[this.doctype];
	if (first) frappe.get_meta(this.doctype).default_print_format = first;
	if (first === undefined || !frappe.model.can_print(this.doctype)) return items;
	return items.concat({
		label: __("Print the Letter of Each One's Stage"),
		action: () =>
			open_pdf("frappe.utils.print_format.download_multi_pdf", {
				doctype: this.doctype,
				name: JSON.stringify(this.get_checked_items(true)),
			}),
		standard: true,
	});
};

function open_pdf(method, args) {
	window.open(`/api/method/${method}?${new URLSearchParams(args)}`);
}
