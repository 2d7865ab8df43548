"""A record without a mandatory value is refused by its name (around ``Document.insert`` and ``Document.save``).

Frappe asks for mandatory values after the controller has run, because the controller may set them. A controller reads
what the DocType promises to be there; where it stumbles because it is not, the answer is what is missing.
"""

from __future__ import annotations

from functools import wraps

from frappe.model.document import Document

STUMBLES = (TypeError, AttributeError, LookupError)


def install() -> None:
	Document.insert = asking_for_what_is_missing(Document.insert)
	Document._save = asking_for_what_is_missing(Document._save)


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
