// Nobody calls an alarm by its number.
frappe.listview_settings["Alarm Call"] = { hide_name_column: true };
