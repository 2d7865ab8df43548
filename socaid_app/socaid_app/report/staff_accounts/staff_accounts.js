// A change of an account begins at its line, or with a new one.
frappe.query_reports["Staff Accounts"] = {
	onload(report) {
		if (!frappe.model.can_create("Staff Account Change")) return;
		report.page.add_inner_button(__("New Account", null, "Staff Account Change"), () =>
			frappe.new_doc("Staff Account Change", { change_kind: "New Account" })
		);
	},
	formatter(value, row, column, data, formatter) {
		const shown = formatter(value, row, column, data);
		if (column.fieldname !== "account" || !data || !frappe.model.can_create("Staff Account Change")) return shown;
		const link = document.createElement("a");
		link.textContent = value;
		link.href = "#";
		link.dataset.account = value;
		link.className = "change-account";
		return link.outerHTML;
	},
};

$(document).on("click", "a.change-account", (event) => {
	event.preventDefault();
	frappe.new_doc("Staff Account Change", { change_kind: "Duties and Places", account_user: event.currentTarget.dataset.account });
});
