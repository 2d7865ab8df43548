frappe.listview_settings["Assistance Standard"] = {
	formatters: { kind: (value) => __(value) },
	add_fields: ["to_be_confirmed", "effective_from", "effective_to", "docstatus"],
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.docstatus !== 1) return;
		if (doc.to_be_confirmed) return [__("To Be Confirmed"), "orange", "to_be_confirmed,=,1|docstatus,=,1"];
		if (doc.effective_to && doc.effective_to < today) {
			return [__("Expired"), "gray", `effective_to,<,${today}|docstatus,=,1`];
		}
		if (doc.effective_from > today) {
			return [__("Not Yet in Force"), "blue", `effective_from,>,${today}|docstatus,=,1`];
		}
		return [__("In Force"), "green", `effective_from,<=,${today}|docstatus,=,1`];
	},
};
