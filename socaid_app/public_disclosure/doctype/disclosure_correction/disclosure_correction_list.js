frappe.listview_settings["Disclosure Correction"] = {
	add_fields: ["status", "due_on"],
	get_indicator(doc) {
		const colours = { Reported: "red", "Looked Into": "orange", "Put Right": "green", Unfounded: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
