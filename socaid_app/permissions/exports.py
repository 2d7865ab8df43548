"""Exports of personal records leave a trace. The file itself holds masks only."""

from __future__ import annotations

import frappe
from frappe.desk import reportview

from socaid_app.hooks import SCOPED_DOCTYPES
from socaid_app.permissions import access_log


@frappe.whitelist()
def export_query():
	"""Frappe's list export, with an entry in the Sensitive Access Log for the DocTypes of this app."""
	doctype = frappe.form_dict.get("doctype")
	rows = frappe.form_dict.get("selected_items")
	answer = reportview.export_query()
	if doctype in SCOPED_DOCTYPES:
		access_log.record(
			"Export", doctype, None, "列表导出", rows=len(frappe.parse_json(rows)) if rows else None
		)
	return answer
