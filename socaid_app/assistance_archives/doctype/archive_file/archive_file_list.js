// Two colours: where the file stands, and whether papers are missing while it is being filled.
frappe.listview_settings["Archive File"] = {
	add_fields: ["status", "completeness", "missing_count"],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.status === "Being Filed" && doc.completeness === "Papers Missing")
			return [
				__("{0} papers missing", [doc.missing_count]),
				"orange",
				"status,=,Being Filed|completeness,=,Papers Missing",
			];
		const colours = {
			"Being Filed": "blue",
			Bound: "green",
			Stored: "green",
			Lent: "yellow",
			"To Appraise": "orange",
			Destroyed: "darkgrey",
		};
		return [__(doc.status, null, "Archive File"), colours[doc.status] || "grey", `status,=,${doc.status}`];
	},
};
