// Many files at once: into a box, labels, and the scanner.
{
	const settings = frappe.listview_settings["Archive File"] || {};
	const { onload } = settings;
	frappe.listview_settings["Archive File"] = {
		...settings,
		onload(listview) {
			onload && onload(listview);
			if (!frappe.model.can_write("Archive File")) return;
			const again = () => listview.refresh();
			listview.page.add_actions_menu_item(__("Put into Box"), () =>
				socaid.archives.put_into_box(listview.get_checked_items(true), again)
			);
			listview.page.add_actions_menu_item(__("Print Labels"), () =>
				socaid.archives.print_labels("Archive File", listview.get_checked_items(true))
			);
			listview.page.add_inner_button(__("Shelve by Scanning"), () =>
				socaid.archives.shelve_by_scanning(null, again)
			);
		},
	};
}
