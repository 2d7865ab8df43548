frappe.listview_settings["Policy Guide"] = {
	get_indicator({ status }) {
		const colors = { "Being Written": "orange", "In Force": "green", Replaced: "gray", Withdrawn: "red" };
		return [__(status, null, "Policy Guide"), colors[status], `status,=,${status}`];
	},
};
