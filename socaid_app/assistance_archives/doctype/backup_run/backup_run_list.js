frappe.listview_settings["Backup Run"] = {
	add_fields: ["outcome"],
	get_indicator(doc) {
		const colour = { Succeeded: "green", "Not Succeeded": "red", Running: "blue" }[doc.outcome];
		return [__(doc.outcome, null, "Backup Run"), colour, `outcome,=,${doc.outcome}`];
	},
};
