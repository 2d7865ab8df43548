"""A field that asks for a level of division takes no other: forms offer it by the field's own link filter, and the server
asks the same filter, on every channel."""

from __future__ import annotations

import json

import frappe
from frappe import _
from frappe.model.document import Document

DIVISION = "Administrative Division"


class WrongLevel(frappe.ValidationError):
	pass


def check_levels(doc: Document, method: str | None = None) -> None:
	"""Hook ``validate``, of every record. What was stored before stays as it is until somebody changes it."""
	for field in doc.meta.get_link_fields():
		if field.options != DIVISION or not field.link_filters or not doc.has_value_changed(field.fieldname):
			continue
		level = frappe.get_cached_value(DIVISION, doc.get(field.fieldname), "level")
		allowed = _levels(field.link_filters)
		if level and level not in allowed:
			frappe.throw(
				_("{0}: {1} is a {2}. Choose a {3}.").format(
					_(field.label, context=doc.doctype),
					frappe.get_cached_value(DIVISION, doc.get(field.fieldname), "division_name"),
					_(level, context=DIVISION),
					"、".join(_(one, context=DIVISION) for one in allowed),
				),
				WrongLevel,
			)


def _levels(link_filters: str) -> list[str]:
	"""Of ``[["Administrative Division", "level", "=", "Village"]]``."""
	for _doctype, field, _operator, value in json.loads(link_filters):
		if field == "level":
			return value if isinstance(value, list) else [value]
	return []
