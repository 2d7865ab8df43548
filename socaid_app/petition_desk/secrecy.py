"""Who may know of a petition: the scope of divisions and, above it, the secrecy of accusations.

信访工作条例 Art. 30: what an accusation says, and that there is one, must not reach the accused or their unit.
A restricted petition is therefore visible to the role *Accusation Handler* alone, and to nobody, whatever the
role, who is named in it, is related to somebody named in it, or works in an accused unit. One criterion serves
lists, documents, counts, reports and searches.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from socaid_app.permissions.scope import Scope, scope_of

ACCUSATION_HANDLER = "Accusation Handler"


def may_know_accusations(user: str | None = None) -> bool:
	"""Whether the role of ``user`` reaches restricted petitions at all."""
	user = user or frappe.session.user
	return ACCUSATION_HANDLER in frappe.get_roles(user)


def query_condition(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook ``permission_query_conditions`` of the petition DocTypes."""
	scope = scope_of(user).condition(doctype)
	secrecy = "" if may_know_accusations(user) else f"`tab{doctype}`.`restricted` = 0"
	return " and ".join(part for part in (scope, secrecy) if part)


def child_query_condition(user: str | None = None, doctype: str | None = None) -> str:
	parent = frappe.get_hooks("socaid_child_tables")[doctype][0]
	condition = query_condition(user, parent)
	if not condition:
		return ""
	return f"exists (select 1 from `tab{parent}` where `tab{parent}`.`name` = `tab{doctype}`.`parent` and {condition})"


def has_permission(
	doc: Document, ptype: str | None = None, user: str | None = None, debug: bool = False
) -> bool:
	"""Hook ``has_permission``: the document's half of the same criterion."""
	scope: Scope = scope_of(user)
	if doc.is_new():
		return not doc.get("division") or scope.covers(doc.division)
	stored = frappe.db.get_value(doc.doctype, doc.name, ["division", "restricted"], as_dict=True)
	if stored.restricted and not may_know_accusations(user):
		return False
	return scope.covers(stored.division)
