frappe.listview_settings["Recipient"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Active: "green", Deceased: "gray", "Moved Away": "orange", Merged: "gray" };
		return [__(doc.status, null, "Recipient"), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(listview) {
		listview.page.add_inner_button(__("Find Person, Household or Case"), () => socaid.find());
	},
};
