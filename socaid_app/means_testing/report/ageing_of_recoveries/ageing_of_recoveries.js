frappe.query_reports["Ageing of Recoveries"] = { filters: [socaid.filters.township()] };
