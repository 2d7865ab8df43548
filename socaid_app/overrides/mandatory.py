"""A record without a mandatory value is refused by its name (around ``Document.insert`` and ``Document.save``).

Frappe asks for mandatory values after the controller has run, because the controller may set them. A controller reads
what the DocType promises to be there; where it stumbles because it is not, the answer is what is missing.

What a county has made mandatory is asked of people: steps and jobs of the app, which write records as well, have
nobody to ask.
"""

from __future__ import annotations

from functools import wraps

import frappe
from frappe.model.base_document import BaseDocument
from frappe.model.document import Document

from socaid_app.casework import records
from socaid_app.permissions.fence import wrap

STUMBLES = (TypeError, AttributeError, LookupError)


def install() -> None:
	Document.insert = asking_for_what_is_missing(Document.insert)
	Document._save = asking_for_what_is_missing(Document._save)
	wrap(BaseDocument, "_get_missing_mandatory_fields", asked_of_people)


def asking_for_what_is_missing(store):
	@wraps(store)
	def storing(self, *args, **kwargs):
		try:
			return store(self, *args, **kwargs)
		except STUMBLES:
			# raises MandatoryError
			self._validate_mandatory()
			raise

	return storing


def asked_of_people(theirs, row: Document) -> list[tuple[str, str]]:
	missing, record = theirs(row), getattr(row, "parent_doc", None) or row
	person = getattr(frappe.local, "request", None) and not record.flags.by_step
	if person or not missing or not isinstance(record, records.Guarded) or row.meta.custom:
		return missing
	fields = records.shipped(row.doctype)
	return [(name, message) for name, message in missing if name in fields and fields[name].reqd]
