frappe.listview_settings["Reception Record"] = {
	add_fields: ["result"],
	get_indicator(doc) {
		const colours = { "Explained on the Spot": "green", "Petition Recorded": "blue" };
		return [__(doc.result, null, "Reception Record"), colours[doc.result] || "gray", `result,=,${doc.result}`];
	},
};
