frappe.listview_settings["Backup Restore Test"] = {
	add_fields: ["outcome"],
	get_indicator(doc) {
		const colour = { Succeeded: "green", "Not Succeeded": "red", Running: "blue" }[doc.outcome];
		return [__(doc.outcome, null, "Backup Restore Test"), colour, `outcome,=,${doc.outcome}`];
	},
};
