frappe.listview_settings["Recipient Household"] = {
	add_fields: ["status", "current_benefit", "next_review_on"],
	get_indicator(doc) {
		if (doc.status === "Closed") return [__("Closed", null, "Recipient Household"), "gray", "status,=,Closed"];
		if (doc.current_benefit) return [__("In Benefit"), "green", "current_benefit,is,set|status,=,Active"];
		return [__("On the Register"), "blue", "current_benefit,is,not set|status,=,Active"];
	},
	onload(listview) {
		listview.page.add_inner_button(__("Find Person, Household or Case"), () => socaid.find());
	},
};
