"""What is printed without a print format being named is the letter of the record's stage (casework/letters.py).

Frappe then takes the DocType's default: in PDFs of several records, in attachments of e-mails and notifications.
"""

from __future__ import annotations

import frappe
from frappe.www import printview

from socaid_app.casework import letters


def install() -> None:
	"""Once a process: Frappe asks by the name in its own module."""
	theirs = printview.get_print_format_doc

	def get_print_format_doc(print_format_name, meta):
		if frappe.flags.socaid_fence and not (print_format_name or frappe.form_dict.format):
			print_format_name = _letter(meta.name)
		return theirs(print_format_name, meta)

	printview.get_print_format_doc = get_print_format_doc


def _letter(doctype: str) -> str | None:
	"""The letter of the record that the request wants printed."""
	asked = frappe.form_dict
	kind, name = asked.doctype or asked.doc, asked.name
	if kind != doctype and isinstance(sent := _sent(asked.doc), dict):
		kind, name = sent.get("doctype"), sent.get("name")
	if kind != doctype or not name or not frappe.db.exists(doctype, name):
		return None
	return letters.letter_of(frappe.get_doc(doctype, name)) or None


def _sent(doc):
	"""A record as a request describes it."""
	return frappe.parse_json(doc) if isinstance(doc, str) and doc.startswith("{") else doc
