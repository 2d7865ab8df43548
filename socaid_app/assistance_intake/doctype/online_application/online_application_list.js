frappe.listview_settings["Online Application"] = {
	add_fields: ["status", "due_on"],
	hide_name_column: true,
	get_indicator: (doc) => {
		const colours = {
			"Online Received": "orange",
			"Sent Back to Citizen": "blue",
			"Taken Over": "green",
			"Referred Elsewhere": "gray",
			"Withdrawn by Citizen": "gray",
		};
		return [__(doc.status, null, doc.doctype), colours[doc.status], `status,=,${doc.status}`];
	},
};
