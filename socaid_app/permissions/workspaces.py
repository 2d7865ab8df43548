"""Who may change a page of the desk: everybody their own, a Workspace Manager those of all.

Frappe asks in the functions of its sidebar; a request to the record itself could put a page onto somebody else's desk.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


class PageOfOthers(frappe.PermissionError):
	pass


def keep_to_own(doc: Document, method: str | None = None, *args) -> None:
	"""Hook ``doc_events`` of Workspace, whatever the way in: judged by what is stored and by what is sent."""
	stored = frappe.db.get_value("Workspace", doc.name, ["public", "for_user"], as_dict=True)
	if not all(_may_change(page) for page in (stored, doc) if page):
		frappe.throw(
			_("You may change your own pages only. Ask an administrator for changes to those of others."),
			PageOfOthers,
		)


def _may_change(page: Document | frappe._dict) -> bool:
	if frappe.session.user == "Administrator":
		return True
	if page.public:
		# as Frappe has it; no other role of an administrator includes this one
		return "Workspace Manager" in frappe.get_roles()
	return page.for_user == frappe.session.user or "System Manager" in frappe.get_roles()
