"""One delivery record for every module: the one of the notices becomes it (casework/deliveries.py)."""

import frappe

OLD, NEW = "Notice Delivery", "Document Delivery"
# What it says of a record is part of its hash chain.
LOG = "Sensitive Access Log"


def execute() -> None:
	if not frappe.db.exists("DocType", OLD) or frappe.db.exists("DocType", NEW):
		return
	logged = frappe.get_all(LOG, filters={"reference_doctype": OLD}, pluck="name", order_by="name")
	frappe.rename_doc("DocType", OLD, NEW, force=True, show_alert=False)
	if logged:
		frappe.db.set_value(LOG, {"name": ["in", logged]}, "reference_doctype", OLD, update_modified=False)
