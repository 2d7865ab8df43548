"""Saved filters of lists: everybody keeps their own; those shown to all are an administrator's.

Frappe lets whoever has a desk add, change and delete any of them, and draws their names as HTML in every list.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

KEEPERS = frozenset({"System Manager", "Socaid Administrator"})


class FilterOfOthers(frappe.PermissionError):
	pass


def keep_to_own(doc: Document, method: str | None = None, *args) -> None:
	"""Hook of List Filter: judged by what is stored and by what is sent. Raises FilterOfOthers."""
	if "<" in (doc.filter_name or ""):
		frappe.throw(_("The name of a filter is plain text, without “<”."), FilterOfOthers)
	user = frappe.session.user
	if user == "Administrator" or not KEEPERS.isdisjoint(frappe.get_roles()):
		return
	stored = frappe.db.get_value(doc.doctype, doc.name, ["for_user"]) if not doc.is_new() else user
	if stored != user or doc.for_user != user:
		frappe.throw(
			_(
				"A filter that everybody sees is changed by an administrator. Save one of your own under another name."
			),
			FilterOfOthers,
		)
