frappe.listview_settings["Petition Settlement"] = {
	add_fields: ["outcome"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { "Under Discussion": "orange", "Agreement Reached": "green", "No Agreement": "gray" };
		return [__(doc.outcome, null, "Petition Settlement"), colours[doc.outcome], `outcome,=,${doc.outcome}`];
	},
};
