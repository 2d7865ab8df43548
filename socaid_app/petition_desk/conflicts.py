"""Who must stand aside (信访工作条例 Art. 28): the persons complained about, their relatives, their unit, and
whoever is a relative of the petitioner."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import relatives
from socaid_app.petition_desk import secrecy


class MustStandAside(frappe.ValidationError):
	pass


def grounds(petition: Document, user: str) -> str | None:
	"""Why ``user`` may not handle the petition; None when nothing stands against it.

	Both the stored persons and those on the form count: nobody frees themself by striking a name.
	"""
	if user == "Administrator":
		return None
	accused = [*petition.accused, *(secrecy.accused_of(petition.name) if not petition.is_new() else [])]
	users, names = secrecy.names_of(user)
	own_name = frappe.db.get_value("User", user, "full_name")
	if any(row.user == user or secrecy.is_named(row.accused_name, [own_name]) for row in accused):
		return _("is complained about")
	if any(row.user in users or secrecy.is_named(row.accused_name, names) for row in accused):
		return _("is a relative of a person complained about")
	if any(row.unit_division in secrecy.units_of(user) for row in accused):
		return _("works in the unit complained about")
	if relatives.related_to(_petitioners(petition), getdate(today())).includes(user):
		return _("is a relative of the petitioner")
	return None


def _petitioners(petition: Document) -> set[str]:
	people = {petition.recipient} if petition.recipient else set()
	if petition.household:
		people.update(
			frappe.get_all(
				"Household Member",
				filters={"parent": petition.household, "parenttype": "Recipient Household"},
				pluck="recipient",
				order_by="idx",
			)
		)
	return people


def against(petition: Document, user: str) -> MustStandAside | None:
	"""The error that keeps ``user`` from handling this petition, where there is one."""
	if not (ground := grounds(petition, user)):
		return None
	return MustStandAside(
		_("{0} {1} and must stand aside (Art. 28). Give this petition to somebody else.").format(
			frappe.db.get_value("User", user, "full_name") or user, ground
		)
	)


def against_session(petition: Document) -> MustStandAside | None:
	return against(petition, frappe.session.user)


def require_impartial(petition: Document, user: str | None = None) -> None:
	"""Raises MustStandAside when ``user`` (default: the session's) may not handle this petition."""
	_throw(against(petition, user or frappe.session.user))


def require_other_reviewer(review: Document, user: str) -> None:
	_throw(against_reviewer(review, user))


def _throw(error: MustStandAside | None) -> None:
	if error:
		frappe.throw(str(error), MustStandAside)


def against_reviewer(review: Document, user: str | None = None) -> MustStandAside | None:
	"""A review is not made by whoever handled or answered the petition, nor a recheck by who made the review."""
	user, petition = user or frappe.session.user, review.petition_doc
	before = {petition.handler, petition.answered_by}
	for row in frappe.get_all(
		"Petition Review",
		filters={"petition": petition.name, "name": ["!=", review.name or ""], "status": "Answer Given"},
		fields=["handler", "answered_by"],
		order_by="creation",
	):
		before |= {row.handler, row.answered_by}
	if user != "Administrator" and user in before:
		return MustStandAside(
			_(
				"Whoever handled or answered a petition or its earlier review does not review it (Art. 28). Give it to"
				" somebody else."
			)
		)
	return against(petition, user)
