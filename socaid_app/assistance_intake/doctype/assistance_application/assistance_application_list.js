frappe.listview_settings["Assistance Application"] = {
	add_fields: ["workflow_state", "due_status", "statutory_due", "due_provisional", "green_channel"],
	has_indicator_for_draft: 1,

	get_indicator(doc) {
		const colours = {
			"On Time": "green",
			"Due Soon": "yellow",
			"Due Today": "orange",
			Overdue: "red",
			Done: "gray",
		};
		if (!doc.due_status) {
			return [__(doc.workflow_state), "blue", `workflow_state,=,${doc.workflow_state}`];
		}
		return [__(doc.due_status), colours[doc.due_status], `due_status,=,${doc.due_status}`];
	},

	formatters: {
		statutory_due(value, field, doc) {
			if (!value) return "";
			const date = frappe.datetime.str_to_user(value);
			return doc.due_provisional ? `${date} <span class="text-muted">${__("Provisional")}</span>` : date;
		},
	},
};
