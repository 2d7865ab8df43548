frappe.treeview_settings["Administrative Division"] = {
	get_tree_nodes:
		"socaid_app.socaid_app.doctype.administrative_division.administrative_division.get_children",
	add_tree_node: "frappe.desk.treeview.add_node",
	get_tree_root: false,
	root_label: __("Administrative Division"),
	get_label: (node) => (node.data.title ? `${node.data.title} · ${node.data.value}` : node.label),
	onload: (treeview) => treeview.make_tree(),
};
