"""A mask is no number: what is sent back is either the mask that is stored, and means "unchanged", or a whole number.

A mask with one digit changed, or one copied into another record, says that somebody means a number which the system
cannot know; a number typed where the person's mask is only shown would be thrown away. Both are refused on every
channel, before anything is stored.
"""

from __future__ import annotations

import re

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.permissions import fence
from socaid_app.permissions.sensitive import WrongNumber

# What people, input methods and other systems put for a hidden digit.
STAR = re.compile(r"[*＊∗⁎﹡•●]|[×xX]{2}")

# DocType → fields in which numbers are entered and masks are shown.
ENTERED = {
	"Recipient": ("id_number", "phone", "bank_account", "disability_certificate"),
	"Petition": ("id_number",),
}
# DocType → table whose rows show the ID number of their person.
SHOWN = {"Recipient Household": "members", "Assistance Application": "members"}


class MaskEdited(WrongNumber):
	pass


def refuse_edited(doc: Document, method: str | None = None) -> None:
	"""Hook ``before_validate`` of the DocTypes in :data:`ENTERED`."""
	stored = {}
	if not doc.is_new():
		stored = frappe.db.get_value(doc.doctype, doc.name, ENTERED[doc.doctype], as_dict=True) or {}
	for field in ENTERED[doc.doctype]:
		value = str(doc.get(field) or "").strip()
		if value != (stored.get(field) or "") and STAR.search(value):
			frappe.throw(
				_(
					"{0}: “{1}” hides digits and is no number. To enter a new number, clear the field and type all of"
					" its digits; to keep the one on file, leave the field as it was."
				).format(
					_(doc.meta.get_label(field), context=doc.doctype),
					frappe.utils.escape_html(value[:30]),
				),
				MaskEdited,
			)


def install() -> None:
	"""Once a process (:func:`socaid_app.overrides.install`): Frappe puts the person's mask back into the rows while it
	follows their links, in silence, and has no hook before that."""
	fence.wrap(Document, "_validate_links", _validate_links)


def _validate_links(theirs, doc: Document) -> None:
	if doc.doctype in SHOWN:
		refuse_edited_rows(doc)
	theirs(doc)


def refuse_edited_rows(doc: Document) -> None:
	"""What is sent with a row is the mask that it has, or that of its person."""
	table = SHOWN[doc.doctype]
	sent = [row for row in doc.get(table) or () if row.get("id_number")]
	if not sent:
		return
	child = doc.meta.get_field(table).options
	known = {
		("", row.name): row.id_number for row in _stored(child, {"parent": doc.name, "parentfield": table})
	}
	known |= {
		("person", row.name): row.id_number
		for row in _stored("Recipient", {"name": ("in", [row.recipient for row in sent])})
	}
	for row in sent:
		if row.id_number not in (known.get(("", row.name)), known.get(("person", row.recipient))):
			frappe.throw(
				_("Row {0}: an ID number is changed on the record of the person ({1}), not here.").format(
					row.idx, row.recipient or _("choose the person first")
				),
				MaskEdited,
			)


def _stored(doctype: str, filters: dict) -> list:
	return frappe.get_all(doctype, filters=filters, fields=["name", "id_number"], order_by=None)
