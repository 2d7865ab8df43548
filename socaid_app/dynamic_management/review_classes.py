"""The class of a household (重点、一般), with its reasons and its history; the next review follows from it.

A class is proposed from what the registry says of the members (policy/key_groups.py), or otherwise with a reason, and
confirmed by another person. The earlier classes stay as they were confirmed.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework.steps import AUTHOR, Ask, Steps
from socaid_app.field_visits import intervals
from socaid_app.policy import clock, cycles, key_groups
from socaid_app.socaid_app import entitlements, registry, rules

DOCTYPE, HOUSEHOLD = "Review Classification", "Recipient Household"
PROPOSED, CONFIRMED, NOT_CONFIRMED = "Class Proposed", "Class Confirmed", "Class Not Confirmed"
CONFIRM = "Confirm Review Classes"


class ClassRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=ClassRefused)


# --- what the registry and the rules say --------------------------------------------------------------------------
def members_of(household: str) -> list[key_groups.Member]:
	persons = registry.residents_of(household)
	rows = frappe.get_all(
		"Recipient",
		filters={"name": ["in", sorted(persons)], "deceased_on": ["is", "not set"]},
		fields=["full_name", "birth_date", "health", "disability_type", "disability_grade"],
		order_by="birth_date, name",
	)
	return [
		key_groups.Member(
			row.full_name,
			getdate(row.birth_date) if row.birth_date else None,
			row.health or "",
			row.disability_type or "",
			row.disability_grade or "",
		)
		for row in rows
	]


def fill(doc: Document) -> None:
	"""From ``validate`` while it is proposed: the groups, the interval of the class, and when the next review falls."""
	on = getdate(today())
	home = frappe.db.get_value(
		HOUSEHOLD, doc.household, ["head_name", "review_class", "next_review_on"], as_dict=True
	)
	paid = entitlements.of_household(doc.household)
	if not paid:
		frappe.throw(
			_("{0} has no benefit that is reviewed. A class is given once a benefit was granted.").format(
				home.head_name
			),
			ClassRefused,
		)
	found = key_groups.grounds(members_of(doc.household), rules.parameters(), on)
	doc.head_name, doc.category = home.head_name, frappe.db.get_value("Entitlement", paid[0], "category")
	doc.grounds = "；".join(found)
	doc.class_before, doc.review_before = home.review_class, home.next_review_on
	doc.class_after = doc.class_after or key_groups.review_class(found)
	doc.reason = doc.reason or doc.grounds
	set_interval(doc, paid, on)


def set_interval(doc: Document, paid: list[str], on) -> None:
	"""The strictest of its benefits rules; counted from the last review, so that a shorter interval begins at once."""
	categories = {frappe.db.get_value("Entitlement", name, "category") for name in paid}
	doc.months_before = months_of(categories, doc.class_before, on)
	doc.months_after = months_of(categories, doc.class_after, on)
	limits = (
		intervals.limit(category, doc.class_after, cycles.STATUTORY_REVIEW, on) for category in categories
	)
	doc.basis = "；".join(sorted({limit.basis for limit in limits if limit}))
	if not (doc.months_after and doc.review_before):
		doc.review_after = doc.review_before
		return
	last = clock.add_months(getdate(doc.review_before), -(doc.months_before or doc.months_after))
	doc.review_after = clock.add_months(last, doc.months_after)


def months_of(categories: set[str], review_class: str | None, on) -> int:
	found = (intervals.interval(name, review_class, cycles.STATUTORY_REVIEW, on) for name in categories)
	return min((one.months for one in found if one), default=0)


def check_alone(doc: Document) -> None:
	"""From ``validate``: one proposal at a time, and of another class than there is."""
	other = frappe.db.get_value(
		DOCTYPE, {"household": doc.household, "status": PROPOSED, "name": ["!=", doc.name or ""]}, "name"
	)
	if other:
		frappe.throw(
			_("A class of this household is proposed already ({0}). Decide on that first.").format(other),
			ClassRefused,
		)
	if doc.class_after == doc.class_before:
		frappe.throw(
			_("The household is of the class “{0}” already.").format(
				_(doc.class_after, context="Recipient Household")
			),
			ClassRefused,
		)


# --- deciding -----------------------------------------------------------------------------------------------------
ANOTHER = _lt("A class is confirmed by another person than the one who proposed it or last changed it.")


def changed_meanwhile(doc: Document) -> list[str]:
	now = frappe.db.get_value(HOUSEHOLD, doc.household, ["review_class", "next_review_on"])
	if tuple(str(value or "") for value in now) != (
		str(doc.class_before or ""),
		str(doc.review_before or ""),
	):
		return [_("Class or next review of the household have changed meanwhile. Save the proposal again.")]
	return []


@step(
	_lt("Confirm Class"),
	at=PROPOSED,
	to=CONFIRMED,
	duty=CONFIRM,
	not_by=("owner", AUTHOR),
	another=ANOTHER,
	missing=changed_meanwhile,
	stamps=("confirmed_by", "confirmed_on"),
	primary=True,
)
def confirm(doc: Document) -> None:
	"""The household gets the class, and its next review the day that follows from it."""
	frappe.db.set_value(
		HOUSEHOLD, doc.household, {"review_class": doc.class_after, "next_review_on": doc.review_after}
	)


@step(
	_lt("Do Not Confirm Class"),
	at=PROPOSED,
	to=NOT_CONFIRMED,
	duty=CONFIRM,
	not_by=("owner", AUTHOR),
	another=ANOTHER,
	asks=(Ask("refusal_reason"),),
	stamps=("confirmed_by", "confirmed_on"),
)
def refuse(doc: Document, refusal_reason: str) -> None:
	"""The household stays as it is."""
