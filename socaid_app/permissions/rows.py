"""Rows of a record are changed through the record.

Frappe's REST interface also saves a single row, by which none of the record's rules would run: with it the
figures of a frozen case or the words of an opinion could be rewritten one by one.
"""

from __future__ import annotations

import frappe
from frappe import _

from socaid_app.permissions.scope import FoundByList


class OnlyThroughTheRecord(frappe.ValidationError):
	pass


class RowOfRecord(FoundByList):
	"""Base of child tables. These hooks run only when a row is saved or deleted by itself."""

	def listed_under(self) -> str | None:
		return (frappe.get_hooks("socaid_child_tables").get(self.doctype) or [None])[0]

	def validate(self) -> None:
		self._refuse()

	def on_trash(self) -> None:
		self._refuse()

	def _refuse(self) -> None:
		frappe.throw(
			_("A row of {0} is changed by opening and saving that record.").format(_(self.parenttype or "")),
			OnlyThroughTheRecord,
		)
