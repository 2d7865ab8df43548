frappe.listview_settings["Publicity Notice"] = {
	add_fields: ["status", "ends_on", "taken_down_on"],
	onload(list) {
		if (!frappe.model.can_create("Publicity Notice")) return;
		list.page.add_inner_button(__("Draft Monthly Rolls"), () =>
			frappe.prompt(
				[{ fieldname: "month", fieldtype: "Date", label: __("Month of the Roll"), default: "Today", reqd: 1 }],
				({ month }) =>
					frappe
						.xcall("socaid_app.public_disclosure.rolls.draft_all", { month })
						.then(() => frappe.show_alert(__("The rolls are being drafted; they appear here as drafts."))),
				__("Draft Monthly Rolls"),
				__("Draft")
			)
		);
	},
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			"In Publicity": "blue",
			"Objection Raised": "red",
			Completed: "green",
			Withdrawn: "darkgrey",
		};
		return [__(doc.status, null, "Publicity Notice"), colours[doc.status], `status,=,${doc.status}`];
	},
};
