// A lost phone is one click, from the list too.
frappe.listview_settings["Visit Device"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Active: "green", Lost: "red", Wiped: "gray", Closed: "gray" };
		return [__(doc.status, null, "Visit Device"), colours[doc.status], `status,=,${doc.status}`];
	},
	button: {
		show: (doc) => doc.status === "Active",
		get_label: () => __("Report Lost"),
		get_description: (doc) => __("The phone {0} wipes itself at its next contact.", [doc.label]),
		action: (doc) =>
			frappe.confirm(__("The phone {0} wipes itself at its next contact.", [doc.label]), () =>
				frappe
					.xcall("socaid_app.casework.steps.take", { doctype: "Visit Device", name: doc.name, step: "lost" })
					.then(() => cur_list.refresh())
			),
	},
};
