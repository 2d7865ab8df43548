frappe.query_reports["Overpaid Benefits"] = { filters: [socaid.filters.township()] };
