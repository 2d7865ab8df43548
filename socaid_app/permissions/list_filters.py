"""Saved filters of lists: everybody keeps their own, unseen by others; those shown to all are an administrator's.

Frappe lets whoever has a desk read, add, change and delete any of them, and draws their names as HTML in every list.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.frappe_versions import NO_OBJECTION

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


def list_visible(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions`` of List Filter: one's own, and those for all."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	own = frappe.db.escape(user, percent=False)
	return f"ifnull(`tabList Filter`.for_user, '') in ('', {own})"


def is_visible(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool | None:
	"""Hook ``has_permission`` of List Filter: no, or no objection. What it may be changed to, :func:`keep_to_own` says."""
	user = user or frappe.session.user
	stored = frappe.db.get_value(doc.doctype, doc.name, "for_user") if doc.name else None
	if user != "Administrator" and (stored or user) != user:
		return False
	return NO_OBJECTION
