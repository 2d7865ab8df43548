frappe.treeview_settings["Archive Location"] = {
	get_tree_nodes: "socaid_app.assistance_archives.storage.tree",
	get_tree_root: false,
	root_label: __("Archive Location"),
	get_label: (node) =>
		node.data.title ? `${node.data.title}（${node.data.occupied}）` : node.label,
	// A new place needs more than a name: the form asks for it.
	onload(treeview) {
		treeview.new_node = () => new_place(treeview.tree.get_selected_node());
		treeview.make_tree();
	},
	toolbar: [
		{
			label: __("Add Place Inside"),
			condition: (node) => !node.root && node.expandable && frappe.model.can_create("Archive Location"),
			click: (node) => new_place(node),
		},
		{
			label: __("Open", null, "Archive Location"),
			condition: (node) => !node.root,
			click: (node) => frappe.set_route("Form", "Archive Location", node.data.value),
		},
	],
};

// Inside the chosen place, as far as it takes places; else a room.
function new_place(node) {
	const kind = { Room: "Cabinet", Cabinet: "Shelf", Shelf: "Box" }[node?.data?.kind];
	frappe.new_doc("Archive Location", kind ? { kind, parent_archive_location: node.data.value } : {});
}
