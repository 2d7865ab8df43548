"""What the addressee of a letter is told by telephone: an Email Template that the letter's rule names.

A county edits the words in Desk, or has words of its own for one kind of letter: it points the Letter Rule at another
template, or at none, and then nobody is texted. No amounts and no reasons: a telephone is often read by others. A
template can therefore say no more than :data:`PLACEHOLDERS`.
"""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import strip_html
from jinja2 import TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from socaid_app.casework import letters

TEMPLATE = "Email Template"
PLACEHOLDERS = ("bureau", "phone", "letter", "number", "case")
SHIPPED = Path(__file__).parent.parent / "setup" / "result_texts.json"


class UnknownPlaceholder(frappe.ValidationError):
	pass


def template_of(document_kind: str) -> str:
	"""The template of a letter; '' where nobody is texted of it."""
	return frappe.get_cached_value(letters.DOCTYPE, document_kind, "text_message") or ""


def text(letter: Document) -> str:
	"""What the addressee of ``letter`` (a Document Delivery) is told, in plain words."""
	office = frappe.get_cached_doc("Socaid Settings")
	template = frappe.get_cached_doc(TEMPLATE, template_of(letter.document_kind))
	said = template.get_formatted_response(
		{
			"bureau": office.bureau_name or "",
			"phone": office.bureau_phone or "",
			"letter": _(letter.document_kind),
			"number": letter.document_number,
			"case": letter.reference_name,
		}
	)
	return unescape(strip_html(said)).strip()


def check(template: Document) -> None:
	"""Raises UnknownPlaceholder: what stands in the text could not be filled in when it is sent."""
	try:
		# with nothing of Frappe's in it, so that it counts as unknown
		parsed = SandboxedEnvironment().parse(template.response_ or "")
	except TemplateSyntaxError:
		# Frappe has said where
		return
	named = {*meta.find_undeclared_variables(parsed), *filter(None, meta.find_referenced_templates(parsed))}
	if strange := sorted(named - set(PLACEHOLDERS)):
		frappe.throw(
			_("{0} cannot be filled in. A text to an addressee knows these placeholders: {1}.").format(
				"、".join(strange), "、".join(f"{{{{ {name} }}}}" for name in PLACEHOLDERS)
			),
			UnknownPlaceholder,
		)


def check_template(template: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Email Template: of those that a letter uses."""
	if frappe.db.exists(letters.DOCTYPE, {"text_message": template.name}):
		check(template)


def seed() -> None:
	"""The texts that are missing; what a county has written stays."""
	for row in json.loads(SHIPPED.read_text(encoding="utf-8")):
		if not frappe.db.exists(TEMPLATE, row["name"]):
			frappe.get_doc({"doctype": TEMPLATE, **row}).insert(ignore_permissions=True)
