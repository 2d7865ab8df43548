// The print view names its formats in Chinese, begins with the letter that the record's stage calls for
// (casework/letters.py) instead of the one printed last, and prints all papers of the stage at once.
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
				this.papers_button?.remove();
				this.papers_button = socaid.letters.offer_all(frm, (label, print) => this.page.add_button(label, print));
				return shown;
			}

			setup_sidebar() {
				super.setup_sidebar();
				// Frappe asks by a link, which neither knows "Standard" nor the Chinese names: what was chosen was lost
				this.print_format_selector.closest(".frappe-control").remove();
				this.print_format_selector = this.add_sidebar_item({
					fieldtype: "Select",
					fieldname: "print_format",
					label: __("Print Format"),
					change: () => this.refresh_print_format(),
				}).$input;
				this.sidebar.prepend(this.print_format_selector.closest(".frappe-control"));
			}

			// Looking at the same record again, the letter that was chosen stays.
			set_default_print_format() {
				const { doctype, docname, meta, doc } = this.frm;
				const formats = frappe.meta.get_print_formats(doctype);
				const chosen = this.shown_record === `${doctype}:${docname}` && this.print_format_selector.val();
				const wanted = [chosen, doc.__onload?.letters?.[0], meta.default_print_format, "Standard"];
				this.shown_record = `${doctype}:${docname}`;
				this.print_format_selector
					.empty()
					.add_options(formats.map((value) => ({ value, label: __(value) })))
					.val(wanted.find((format) => formats.includes(format)));
			}
		};
	},
});
