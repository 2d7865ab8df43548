frappe.listview_settings["Recipient Household"] = {
	add_fields: ["status", "standing", "next_review_on"],
	get_indicator(doc) {
		if (doc.status === "Closed") return [__("Closed", null, "Recipient Household"), "gray", "status,=,Closed"];
		const standing = doc.standing || "Never in Benefit";
		return [
			__(standing, null, "Recipient Household"),
			socaid.standing_colours[standing],
			`standing,=,${standing}|status,=,Active`,
		];
	},
	onload(listview) {
		listview.page.add_inner_button(__("Find Person, Household or Case"), () => socaid.find());
	},
};
