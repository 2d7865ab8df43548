// The print view names its formats in Chinese, and begins with the letter that the record's stage calls for
// (casework/letters.py) instead of the one printed last.
//
// Frappe makes the class when the first print view is opened: it is extended as it is assigned.
let PrintView;
Object.defineProperty(frappe.ui.form, "PrintView", {
	configurable: true,
	get: () => PrintView,
	set(original) {
		PrintView = class extends original {
			show(frm) {
				const shown = super.show(frm);
				// an advertisement for another product
				this.page.wrapper.find('a[href*="print_designer"]').parent().remove();
				// letters are Chinese whatever the language of the reader
				this.language_selector.closest(".frappe-control").hide();
				return shown;
			}

			set_default_print_format() {
				const [letter] = this.frm.doc.__onload?.letters || [];
				this.print_format_selector.val(__(letter || this.frm.meta.default_print_format || "Standard"));
			}

			// The selector shows the translated name; what is printed is looked up by the original one.
			selected_format() {
				const shown = this.print_format_selector.val();
				const format = frappe.meta.get_print_formats(this.frm.doctype).find((name) => __(name) === shown);
				return format || "Standard";
			}
		};
	},
});
