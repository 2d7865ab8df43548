frappe.listview_settings["Duplicate Candidate"] = {
	add_fields: ["status", "score"],
	get_indicator(doc) {
		const colours = {
			"To Look At": "orange",
			"Merge Proposed": "blue",
			Merged: "green",
			"Different Persons": "gray",
			Overtaken: "gray",
		};
		return [__(doc.status, null, "Duplicate Candidate"), colours[doc.status], `status,=,${doc.status}`];
	},
	onload(listview) {
		listview.page.add_inner_button(__("Look for Duplicates"), () =>
			frappe.confirm(__("Look through the whole registry for persons registered twice?"), () =>
				frappe
					.xcall("socaid_app.socaid_app.duplicate_search.find_duplicates")
					.then(() =>
						frappe.show_alert({ message: __("It is looked for in the background; you will be told."), indicator: "blue" })
					)
			)
		);
	},
};
