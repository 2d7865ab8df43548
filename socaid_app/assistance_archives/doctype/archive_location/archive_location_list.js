frappe.listview_settings["Archive Location"] = {
	add_fields: ["kind", "capacity", "occupied", "disabled"],
	get_indicator(doc) {
		if (doc.disabled) return [__("Out of Use"), "gray", "disabled,=,1"];
		if (doc.kind !== "Box") return [__(doc.kind, null, "Archive Location"), "blue", `kind,=,${doc.kind}`];
		return doc.occupied < doc.capacity
			? [__("{0} of {1} files", [doc.occupied, doc.capacity]), "green", "kind,=,Box"]
			: [__("Full", null, "Archive Location"), "orange", "kind,=,Box"];
	},
	onload(listview) {
		if (!frappe.model.can_print("Archive Location")) return;
		listview.page.add_actions_menu_item(__("Print Labels"), () =>
			socaid.archives.print_labels("Archive Location", listview.get_checked_items(true))
		);
	},
};
