"""Recording a petition: at the counter, by telephone, on the web."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from socaid_app.petition_desk import secrecy


def record(values: dict) -> Document:
	"""A new petition from the fields of its form; the public form and the telephone dialog use it as well.

	What only steps set is ignored. The public records as Guest, past the roles, after the form's own checks.
	"""
	doc = frappe.get_doc({**values, "doctype": secrecy.PETITION})
	return doc.insert(ignore_permissions=frappe.session.user == "Guest")
