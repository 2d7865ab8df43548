"""The second look: other people than the first time, their finding, and what has to be put right."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.casework import rectification
from socaid_app.casework.records import step
from socaid_app.field_visits import filings
from socaid_app.field_visits.spotchecks import DEVIATES, ITEM, MISTAKE, REVISIT_PURPOSE, VISITED
from socaid_app.field_visits.spotchecks import DOCTYPE as CHECK
from socaid_app.policy.names import comparable_name
from socaid_app.socaid_app import rules

VISITOR_FIELDS = ["officer", "officer_name", "user", "leader"]


class VisitedBefore(frappe.ValidationError):
	pass


class RevisitInvalid(frappe.ValidationError):
	pass


# --- persons ----------------------------------------------------------------------------------------------
def visitors_of(visit: str | None) -> list[frappe._dict]:
	"""The visitors' rows of a stored visit, the leader first."""
	if not visit:
		return []
	return frappe.get_all(
		"Home Visit Visitor",
		filters={"parent": visit, "parenttype": "Home Visit"},
		fields=VISITOR_FIELDS,
		order_by="leader desc, idx",
	)


def officers(names: Iterable[str]) -> list[frappe._dict]:
	"""Visit Officers in the shape of visitors' rows."""
	names = sorted({name for name in names if name})
	if not names:
		return []
	rows = frappe.get_all(
		"Visit Officer",
		filters={"name": ["in", names]},
		fields=["name", "officer_name", "user"],
		order_by="name",
	)
	return [frappe._dict(officer=row.name, officer_name=row.officer_name, user=row.user) for row in rows]


def seen_before_by(item: Document | frappe._dict) -> list[frappe._dict]:
	"""Who made the visit that is looked at again, or investigated and decided the case; as visitors' rows."""
	if item.application:
		return filings.handlers(item.application)
	first = visitors_of(item.first_visit)
	return first + officers(row.officer for row in first)


def refuse_first_visitors(item: Document | frappe._dict, people: Iterable) -> None:
	"""Raise VisitedBefore, with names, if one of ``people`` (visitors' rows) saw this household first.

	The same user is the same person, under whatever officer record; who is known by name only, by the name.
	"""
	people = list(people)
	# Rows of a form name the officer only; who that is, is in the officer's record.
	known = {row.officer: row for row in officers(row.get("officer") for row in people)}
	first = seen_before_by(item)
	ids = {value for row in first for value in (row.officer, row.user) if value}
	unknown = {comparable_name(row.officer_name) for row in first if not (row.officer or row.user)}
	again = []
	for row in people:
		person = known.get(row.get("officer")) or row
		if {person.officer, person.user} & ids or comparable_name(person.officer_name) in unknown:
			again.append(person.officer_name or person.officer)
	if again:
		frappe.throw(
			_(
				"{0} made the first visit or worked on the case. A spot check is made by other persons:"
				" assign somebody else."
			).format("、".join(dict.fromkeys(again))),
			VisitedBefore,
		)


def check_visitors(visit: Document) -> None:
	"""From Home Visit's ``validate``: visitors of a revisit changed later are other persons, too."""
	if visit.purpose != REVISIT_PURPOSE or visit.is_new():
		return
	item = frappe.db.get_value(ITEM, {"revisit": visit.name}, ["first_visit", "application"], as_dict=True)
	if item:
		refuse_first_visitors(item, visit.visitors)


# --- the revisit ------------------------------------------------------------------------------------------
def plan_visit(household: str, purpose: str, planned_on, visitors: Iterable[str], **values) -> str:
	"""Plan a Home Visit with ``visitors`` (Visit Officers, the leader first); returns its name."""
	visit = frappe.get_doc(
		{
			"doctype": "Home Visit",
			"household": household,
			"purpose": purpose,
			"planned_on": planned_on,
			"visitors": [
				{"officer": officer, "leader": int(position == 0)}
				for position, officer in enumerate(visitors)
			],
			**values,
		}
	)
	visit.insert()
	return visit.name


@frappe.whitelist(methods=["POST"])
def schedule(item: str, planned_on: str, visitors: list | str) -> str:
	"""Plan the revisit of a sampled visit; returns the Home Visit. Raises VisitedBefore, RevisitInvalid."""
	doc = frappe.get_doc(ITEM, item, for_update=True)
	doc.check_permission("write")
	filings.require_county(doc)
	if doc.revisit:
		frappe.throw(_("A revisit is planned already: {0}.").format(doc.revisit), RevisitInvalid)
	visitors = frappe.parse_json(visitors)
	refuse_first_visitors(doc, officers(visitors))
	doc.revisit = plan_visit(
		doc.household,
		REVISIT_PURPOSE,
		planned_on,
		visitors,
		**({"category": doc.category} if doc.category else {}),
	)
	with step(doc):
		doc.save()
	return doc.revisit


def check_revisit(item: Document) -> None:
	"""The visit linked as revisit is one of this household, for this purpose and by other persons."""
	refuse_first_visitors(item, officers([item.officer]))
	if not item.revisit:
		return
	visit = frappe.db.get_value("Home Visit", item.revisit, ["household", "purpose"], as_dict=True)
	if not visit or visit.household != item.household or visit.purpose != REVISIT_PURPOSE:
		frappe.throw(
			_("{0} is not a spot-check visit of this household. Use “Plan Revisit”.").format(item.revisit),
			RevisitInvalid,
		)
	other = frappe.db.get_value(ITEM, {"revisit": item.revisit, "name": ["!=", item.name]}, "name")
	if other:
		frappe.throw(
			_("{0} is already the revisit of another sampled visit.").format(item.revisit), RevisitInvalid
		)
	refuse_first_visitors(item, visitors_of(item.revisit))


def check_result(item: Document) -> None:
	"""A result comes from a finished revisit, and not from somebody who made the first visit."""
	if not item.result:
		return
	if frappe.db.get_value("Home Visit", item.revisit or "", "status") not in VISITED:
		frappe.throw(
			_("The result is entered when the revisit is finished. Plan and make the revisit first."),
			RevisitInvalid,
		)
	if item.result in (DEVIATES, MISTAKE) and not (item.deviation or "").strip():
		frappe.throw(_("Describe the deviation found."), RevisitInvalid)
	if item.has_value_changed("result"):
		user = frappe.session.user
		refuse_first_visitors(
			item,
			[frappe._dict(officer=None, user=user, officer_name=frappe.utils.get_fullname(user))],
		)


# --- putting right ----------------------------------------------------------------------------------------
def open_rectification(item: Document) -> str:
	"""A Data Quality Issue for what the revisit found; returns its name.

	Responsible is who led the first visit or confirmed the case; where that is unknown, the township's approver.
	"""
	known = next((row.user for row in seen_before_by(item) if row.user), None)
	return rectification.found(
		item,
		_("Spot check {0}: {1}").format(item.spot_check, item.deviation),
		kind="Spot Check",
		source=frappe._dict(doctype=CHECK, name=item.spot_check),
		severity=rectification.MAJOR if item.result == MISTAKE else rectification.MINOR,
		household=item.household,
		responsible=known or rectification.first_of(("Township Approver", "Service Manager"), item.division),
		due_on=rules.days_after("spot_check_rectify_days"),
	)
