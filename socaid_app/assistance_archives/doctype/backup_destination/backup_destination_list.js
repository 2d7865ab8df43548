frappe.listview_settings["Backup Destination"] = {
	add_fields: ["enabled", "last_success"],
	get_indicator(doc) {
		if (!doc.enabled) return [__("Out of Use"), "gray", "enabled,=,0"];
		if (!doc.last_success) return [__("No Copy Yet"), "orange", "enabled,=,1|last_success,is,not set"];
		return [__("Enabled"), "green", "enabled,=,1|last_success,is,set"];
	},
	onload(list) {
		if (!frappe.user.has_role("Socaid Administrator")) return;
		const all = (label, method) =>
			list.page.add_inner_button(label, () =>
				frappe.xcall(`socaid_app.assistance_archives.backups.jobs.${method}`).then(() =>
					frappe.show_alert({
						message: __("Started in the background; the ledger shows how it ends."),
						indicator: "blue",
					})
				)
			);
		all(__("Back Up Now"), "back_up");
		all(__("Compare Copies"), "compare");
	},
};
