const ROUND_COLOURS = { Draft: "gray", Generating: "blue", Running: "orange", Completed: "green", Cancelled: "red" };

frappe.listview_settings["Screening Cycle"] = {
	add_fields: ["status", "starts_on", "ends_on", "percent_done"],
	get_indicator(doc) {
		return [__(doc.status, null, "Screening Cycle"), ROUND_COLOURS[doc.status], `status,=,${doc.status}`];
	},
};
