frappe.listview_settings["Spot Check Item"] = {
	add_fields: ["status", "result"],
	get_indicator(doc) {
		if (doc.result === "Mistake") return [__("Mistake"), "red", "result,=,Mistake"];
		if (doc.result === "Deviates") return [__("Deviates"), "orange", "result,=,Deviates"];
		const colours = { "To Do": "gray", Scheduled: "blue", Done: "green" };
		return [__(doc.status, null, "Spot Check Item"), colours[doc.status], `status,=,${doc.status}`];
	},
};
