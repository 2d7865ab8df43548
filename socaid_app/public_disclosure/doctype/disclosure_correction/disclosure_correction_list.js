frappe.listview_settings["Disclosure Correction"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { Reported: "red", "Looked Into": "orange", "Put Right": "green", Unfounded: "gray" };
		return [__(doc.status, null, "Disclosure Correction"), colours[doc.status], `status,=,${doc.status}`];
	},
};
