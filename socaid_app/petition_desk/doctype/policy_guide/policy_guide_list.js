frappe.listview_settings["Policy Guide"] = {
	get_indicator({ status }) {
		const colors = { "Being Written": "orange", "In Force": "green", Replaced: "gray", Withdrawn: "red" };
		return [__(status), colors[status], `status,=,${status}`];
	},
};
