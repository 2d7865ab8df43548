// Rows whose current clock has run out are red; the number opens the petition.
frappe.query_reports["Petition Ledger"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.year_start(),
		},
		{ fieldname: "to_date", label: __("To Date"), fieldtype: "Date", default: frappe.datetime.get_today() },
		socaid.filters.township(),
		{
			fieldname: "category",
			label: __("Category of Petition"),
			fieldtype: "Select",
			options: [
				"",
				"Suggestion",
				"Accusation",
				"Appeal for Help",
			].map((value) => ({ value, label: __(value, null, "Petition") })),
		},
		{
			fieldname: "status",
			label: __("Petition Status"),
			fieldtype: "Select",
			options: [
				"",
				"Recorded",
				"Under Way",
				"Passed On",
				"Sent Back",
				"Not Taken Up",
				"Answered",
				"In Review",
				"In Recheck",
				"Concluded",
				"Joined",
			].map((value) => ({ value, label: __(value, null, "Petition") })),
		},
		{ fieldname: "overdue", label: __("Overdue Only"), fieldtype: "Check" },
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (!data) return shown;
		if (column.fieldname === "petition_number") {
			const link = frappe.utils.get_form_link("Petition", data.petition);
			return `<a href="${link}" class="${data.overdue ? "text-danger" : ""}">${shown}</a>`;
		}
		return data.overdue ? `<span class="text-danger">${shown ?? ""}</span>` : shown;
	},
};
