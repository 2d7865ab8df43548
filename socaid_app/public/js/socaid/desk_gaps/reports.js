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

// Calendars: their library knows Chinese by another name.
gap("calendars", () => {
	const { setup_options } = frappe.views.Calendar.prototype;
	frappe.views.Calendar.prototype.setup_options = function (...args) {
		setup_options.apply(this, args);
		if (this.cal_options.locale === "zh") this.cal_options.locale = "zh-cn";
	};
});
