"""What people write into a record, read on every channel before the record is judged.

Characters at the private places of old systems become the true ones, what stands for an unread character is refused,
a person is called by letters, and the clerk is told of characters that no font of this server has.
"""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app import fonts
from socaid_app.casework.written import NAMES, with_earlier
from socaid_app.policy import texts

TEXTS = ("Data", "Small Text", "Text", "Long Text", "Text Editor")


class UnreadableWriting(frappe.ValidationError):
	pass


class NoName(frappe.ValidationError):
	pass


def read(doc: Document) -> None:
	"""What is new in this save, in the record and its rows."""
	for record, fieldname, label in _written(doc):
		text = texts.canonical(record.get(fieldname))
		record.set(fieldname, text)
		if texts.REPLACEMENT in text and not doc.flags.by_step:
			frappe.throw(
				_(
					"{0}: some characters could not be read and are lost (“{1}”). Type them again, or save the file as UTF-8 before you import it."
				).format(label, text[:20]),
				UnreadableWriting,
			)
		if fieldname in NAMES:
			require_name(text, label)
		_warn(text, label)


def require_name(text: str, label: str) -> None:
	"""Raises NoName for what nobody is called."""
	if not texts.is_name(text):
		frappe.throw(
			_("{0}: “{1}” is no name. Enter it as it stands on the document.").format(label, text[:20]),
			NoName,
		)


def _written(doc: Document) -> Iterator[tuple[Document, str, str]]:
	for record, earlier in with_earlier(doc):
		for df in record.meta.fields:
			value = record.get(df.fieldname)
			if df.fieldtype not in TEXTS or not isinstance(value, str) or value.isascii():
				if not (value and df.fieldname in NAMES):
					continue
			if isinstance(value, str) and not (earlier and earlier.get(df.fieldname) == value):
				yield record, df.fieldname, _(df.label, context=record.doctype)


def _warn(text: str, label: str) -> None:
	if frappe.session.user == "Guest" or not (letters := fonts.missing(text)):
		return
	frappe.msgprint(
		_(
			"{0}: no font of this server has {1}, so it is printed as a box and cannot be published. Check the character, or ask the administrator to install a font that has it."
		).format(label, "、".join(f"{letter} {fonts.described([letter])}" for letter in letters[:5])),
		indicator="orange",
		alert=True,
	)
