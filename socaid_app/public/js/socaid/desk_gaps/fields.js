import { gap } from "./gap";

// Attach: once a file was shown in a form, the button stays hidden for the next record without a file.
gap("attach button", () => {
	const set_input = frappe.ui.form.ControlAttach.prototype.set_input;
	frappe.ui.form.ControlAttach.prototype.set_input = function (value, dataurl) {
		set_input.call(this, value, dataurl);
		if (!value && this.$input) this.$input.toggle(true);
	};
});

// The whole county lives by one clock: its name under every moment says nothing.
gap("time zone", () => {
	const { set_description } = frappe.ui.form.ControlDatetime.prototype;
	frappe.ui.form.ControlDatetime.prototype.set_description = function () {
		this.df.hide_timezone = 1;
		set_description.call(this);
	};
});

// Tables on a telephone: a row opens its form, where a finger finds the fields, instead of its narrow cells.
gap("tables on a telephone", () => {
	const make_table = frappe.ui.form.ControlTable.prototype.make;
	frappe.ui.form.ControlTable.prototype.make = function () {
		make_table.call(this);
		const { grid } = this;
		const allow_on_grid_editing = grid.allow_on_grid_editing;
		grid.allow_on_grid_editing = () => !frappe.utils.is_xs() && allow_on_grid_editing.call(grid);
	};
});

// What a field is called, and where its value comes from, which is said by names of fields, in English.
gap("names of fields", () => {
	const { refresh_input } = frappe.ui.form.ControlInput.prototype;
	frappe.ui.form.ControlInput.prototype.refresh_input = function () {
		refresh_input.call(this);
		// what a screen reader calls the field: Frappe's labels belong to no input
		if (this.$input && this.df.label) this.$input.attr("aria-label", __(this.df.label, null, this.df.parent));
		if (!this.read_only_because_of_fetch_from()) return;
		const from = frappe.meta.get_docfield(this.df.parent, this.df.fetch_from.split(".")[0]);
		const label = from ? __(from.label, null, this.df.parent) : "";
		$(this.disp_area).attr("title", label ? __("Taken over from “{0}”", [label]) : null);
	};
});
