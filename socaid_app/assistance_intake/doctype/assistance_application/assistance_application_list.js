frappe.listview_settings["Assistance Application"] = {
	add_fields: ["workflow_state", "due_status", "statutory_due", "due_provisional", "green_channel"],
	formatters: {
		statutory_due(value, field, doc) {
			if (!value) return "";
			const date = frappe.datetime.str_to_user(value);
			return doc.due_provisional ? `${date} <span class="text-muted">${__("Provisional")}</span>` : date;
		},

		// what cannot wait is seen first, before the name
		applicant_name(value, field, doc) {
			return doc.green_channel ? `【${__("Green Channel")}】${value || ""}` : value;
		},

		workflow_state(value) {
			return __(value || "");
		},
	},

	onload(listview) {
		["Overdue", "Due Today"].forEach((status) =>
			listview.page.add_inner_button(__(status), () =>
				listview.filter_area.add([[listview.doctype, "due_status", "=", status]])
			)
		);
	},
};
