import { gap } from "./gap";

// Reports: the hints on the boxes above the columns are English; a chart fails when the window changes while it
// still grows into place.
gap("hints and charts", () => {
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
});

// Numbers of records and days are read to their last digit.
gap("numbers in reports", () => {
	const NUMBER = /^(?=.*\d)[\w-]{1,30}$/;
	const ROWS = 500;
	const [DIGIT, EDGES, USUAL] = [9, 24, 100]; // pixels
	const { render_datatable } = frappe.views.QueryReport.prototype;
	frappe.views.QueryReport.prototype.render_datatable = function () {
		const rows = this.data.slice(0, ROWS);
		this.columns
			.filter(({ fieldtype }) => ["Data", "Date", "Link", "Dynamic Link"].includes(fieldtype))
			.forEach((column) => {
				const numbers = rows.map((row) => String(row[column.fieldname] ?? "")).filter((text) => NUMBER.test(text));
				const longest = Math.max(0, ...numbers.map(({ length }) => length));
				column.width = Math.max(cint(column.width) || USUAL, longest && longest * DIGIT + EDGES);
			});
		return render_datatable.call(this);
	};
});

// Calendars: their library knows Chinese by another name.
gap("calendars", () => {
	const { setup_options } = frappe.views.Calendar.prototype;
	frappe.views.Calendar.prototype.setup_options = function (...args) {
		setup_options.apply(this, args);
		if (this.cal_options.locale === "zh") this.cal_options.locale = "zh-cn";
	};
});
