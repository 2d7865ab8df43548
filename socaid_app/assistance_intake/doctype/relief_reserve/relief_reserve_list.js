frappe.listview_settings["Relief Reserve"] = {
	add_fields: ["status", "balance", "refill_below"],
	get_indicator(doc) {
		if (doc.status === "Reserve Open" && doc.balance < doc.refill_below) {
			return [__("To Be Refilled"), "orange", `status,=,${doc.status}`];
		}
		return [
			__(doc.status, null, "Relief Reserve"),
			doc.status === "Reserve Open" ? "green" : "gray",
			`status,=,${doc.status}`,
		];
	},
};
