frappe.listview_settings["Sensitive Access Log"] = {
	hide_name_column: true,
	onload(listview) {
		if (frappe.user.has_role(["Socaid Auditor", "Socaid Administrator", "System Manager"])) {
			listview.page.add_inner_button(__("Verify Chain"), verify_chain);
		}
		if (frappe.user.has_role("Socaid Administrator")) {
			listview.page.add_inner_button(__("Open a Record"), () => socaid.open_case());
		}
	},
};

function verify_chain() {
	frappe.call({
		method: "socaid_app.permissions.access_log.verify_chain",
		type: "GET",
		freeze: true,
		freeze_message: __("Every entry is being compared with the one before …"),
		callback({ message: { entries, broken_at } }) {
			frappe.msgprint({
				title: __("Verify Chain"),
				message: broken_at
					? __("The log was changed at entry {0}, the {1}th from the beginning. Keep a backup and inform the person in charge of data safety.", [
							broken_at,
							entries,
					  ])
					: __("The log is whole: {0} entries, none changed or removed.", [entries]),
				indicator: broken_at ? "red" : "green",
			});
		},
	});
}
