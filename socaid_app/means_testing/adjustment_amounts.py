"""What a Benefit Adjustment pays from its first month on: computed, frozen, never typed.

A raise, a reduction and a conversion rest on an assessment: that of the reassessment that found the change, or one made
now of the case on file. A stop, a suspension, a grace period and the consequence of refused jobs rest on what is paid
now. The basis is frozen with the decision and gives the same amount for ever (:func:`replay`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, get_last_day, getdate, today

from socaid_app.means_testing import reassessment
from socaid_app.policy import batch_changes, benefit, clock, means, snapshot
from socaid_app.policy import benefit_changes as law
from socaid_app.policy import departure_limits as departure_law
from socaid_app.policy.income import money
from socaid_app.policy.losses import NOTHING, Support, losses
from socaid_app.socaid_app import entitlements, rules

REASSESSMENT = "Household Reassessment"
SHARE = "Adjustment Share"
# Rest on what is paid now, not on a new assessment.
ON_WHAT_IS_PAID = (law.STOP, law.SUSPEND, law.RESUME, law.REFUND)


class DepartureRefused(frappe.ValidationError):
	pass


def compute(doc: Document) -> None:
	"""From ``validate`` of a draft: the amount, each person's share, and what they rest on."""
	paid = frappe.get_doc(entitlements.DOCTYPE, doc.entitlement)
	doc.update({"incomplete": None, "assessed_amount": 0, "grace_ends_on": None})
	before = NOTHING if doc.kind == law.RESUME else entitlements.support(paid)
	if doc.kind in ON_WHAT_IS_PAID or doc.ground == law.REFUSED_JOBS:
		after, care, basis = _from_what_is_paid(doc, paid)
	else:
		after, care, basis = _from_an_assessment(doc, paid)
	doc.amount_before, doc.amount_after = flt(before.amount, 2), flt(after.amount, 2)
	doc.basis = json.dumps(basis, ensure_ascii=False) if basis else None
	enter_shares(doc, before, after, care)


def enter_shares(doc: Document, before: Support, after: Support, care: Decimal) -> None:
	"""A row for everybody who had a share or has one now."""
	persons = dict.fromkeys((*before.shares, *after.shares))
	doc.set(
		"shares",
		[
			{
				"recipient": person,
				"share_before": flt(before.shares.get(person), 2),
				"share_after": flt(after.shares.get(person), 2),
				"care_before": before.care.get(person),
				"care_after": after.care.get(person),
				"care_amount": flt(care, 2) if after.care.get(person) else 0,
			}
			for person in persons
		],
	)


def support_before(doc: Document) -> Support:
	rows = doc.shares
	return Support(
		money(doc.amount_before),
		{row.recipient: money(row.share_before) for row in rows if row.share_before or row.care_before},
		{row.recipient: row.care_before for row in rows if row.care_before},
		entitlements.decided_end(frappe.get_doc(entitlements.DOCTYPE, doc.entitlement)),
	)


def support_after(doc: Document) -> Support:
	"""What is paid from the effective month on; in a grace period until its last month."""
	if doc.kind in law.PAYS_NOTHING and not doc.amount_after:
		return NOTHING
	rows = [row for row in doc.shares if row.share_after or row.care_after]
	return Support(
		money(doc.amount_after),
		{row.recipient: money(row.share_after) for row in rows},
		{row.recipient: row.care_after for row in rows if row.care_after},
		_last_month(doc),
	)


def _last_month(doc: Document):
	if doc.grace_months and doc.effective_month:
		return law.grace_end(getdate(doc.effective_month), cint(doc.grace_months))
	if doc.kind == law.CONVERT:
		return None
	return entitlements.decided_end(frappe.get_doc(entitlements.DOCTYPE, doc.entitlement))


# --- on what is paid now ----------------------------------------------------------------------------------------
def _from_what_is_paid(doc: Document, paid: Document) -> tuple[Support, Decimal, dict | None]:
	before = entitlements.support(paid)
	basis = json.loads(paid.basis_snapshot or "{}")
	care = max((money(row.care_amount) for row in paid.shares), default=Decimal(0))
	match doc.kind:
		case law.STOP if cint(doc.grace_months):
			last = law.grace_end(getdate(doc.effective_month), cint(doc.grace_months))
			doc.grace_ends_on = get_last_day(last)
			after = law.in_grace(before, money(flt(doc.grace_percent)) / 100, last)
		case law.STOP | law.SUSPEND:
			return NOTHING, Decimal(0), basis
		case law.RESUME:
			return _resumed(doc, paid, before, care, basis)
		case law.REFUND:
			after = before
		case _:
			after = law.without_share(before, doc.refuser) if doc.refuser else before
	return after, care, _less(basis, doc, before.amount - after.amount)


def _resumed(
	doc: Document, paid: Document, before: Support, care: Decimal, basis: dict
) -> tuple[Support, Decimal, dict]:
	"""As before the suspension; where a standard has risen meanwhile, what the raise would have made of it.

	What was decided about this family alone stays as it was decided, and nobody comes back with less than before.
	"""
	case = case_of(doc, paid)
	if not case or not doc.effective_month or batch_changes.is_one_familys(basis):
		return before, care, basis
	try:
		raised = by_the_standards(case, basis, before, getdate(doc.effective_month))
	except (ValueError, LookupError):
		return before, care, basis
	if raised.after.amount <= before.amount or losses(before, raised.after):
		return before, care, basis
	doc.assessed_on, doc.assessed_amount = getdate(doc.effective_month), flt(raised.assessed, 2)
	return raised.after, raised.care_amount, raised.basis


def _less(basis: dict, doc: Document, taken: Decimal) -> dict:
	"""The basis on which the benefit was granted, with what this decision takes of it."""
	if not taken:
		return basis
	change = {"adjustment": doc.name, "kind": doc.kind, "ground": doc.ground, "taken": str(taken)}
	return basis | {"changes": [*basis.get("changes", ()), change]}


# --- by the standards of a month --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Outcome:
	"""What a family would be paid, and what that rests on."""

	after: Support
	basis: dict
	care_amount: Decimal = Decimal(0)
	assessed: Decimal | None = None


def by_the_standards(case: dict, basis: dict, before: Support, month: date) -> Outcome:
	"""``case`` as it is today by the standards of ``month``, with the supplements of ``basis`` beside what is assessed.

	Raises ValueError or LookupError where it cannot be assessed.
	"""
	result, frozen = snapshot.assessed(case, rules.parameters(), rules.standards(), month)
	if not result.eligible:
		return Outcome(NOTHING, basis, assessed=Decimal(0))
	shares = dict(result.shares)
	care = dict.fromkeys(shares, result.care_grade) if result.care_grade else {}
	after = Support(money(result.amount), shares, care, before.end)
	if carried := batch_changes.supplements(basis):
		frozen["changes"] = carried
		after = batch_changes.added(after, batch_changes.supplement(basis), batch_changes.PER_HOUSEHOLD, 1)
	return Outcome(after, frozen, result.care_amount, money(result.amount))


# --- on an assessment -------------------------------------------------------------------------------------------
def _from_an_assessment(doc: Document, paid: Document) -> tuple[Support, Decimal, dict | None]:
	unchanged = entitlements.support(paid)
	case = case_of(doc, paid)
	if not case:
		doc.incomplete = _(
			"This benefit was entered without its calculation; assess it by a new application."
		)
		return unchanged, Decimal(0), None
	doc.assessed_on = assessed_on(doc)
	try:
		result = means.assess(case, rules.parameters(), rules.standards(), getdate(doc.assessed_on))
		basis = snapshot.freeze(case, rules.parameters(), rules.standards(), result)
	except (ValueError, LookupError) as error:
		doc.incomplete = str(error)
		return unchanged, Decimal(0), None
	doc.assessed_amount = flt(result.amount, 2) if result.eligible else 0
	if not result.eligible:
		doc.incomplete = _("By the assessment nothing is due any more. Propose a stop.")
		return NOTHING, Decimal(0), basis
	amount = money(result.amount) + departure(doc, result)
	if doc.amount_departure:
		basis["departure"] = {
			"amount": flt(doc.amount_departure, 2),
			"reason": doc.departure_reason,
			"by": doc.content_changed_by or frappe.session.user,
			"decided_on": today(),
		}
	shares = benefit.divided(amount, dict(result.shares), result.counted)
	care = dict.fromkeys(shares, result.care_grade) if result.care_grade else {}
	return Support(amount, shares, care, _last_month(doc)), result.care_amount, basis


def assessed_on(doc: Document):
	"""A new standard is that of the first month it is paid; everything else is judged by the day it was found."""
	if doc.ground == law.NEW_STANDARD and doc.effective_month:
		return getdate(doc.effective_month)
	if doc.reference_doctype == REASSESSMENT and doc.reference_name:
		return frappe.db.get_value(REASSESSMENT, doc.reference_name, "assessed_on")
	return getdate(today())


def case_of(doc: Document, paid: Document) -> dict | None:
	"""The facts: those of the reassessment, or of the case on file with what befell its members since."""
	if doc.reference_doctype == REASSESSMENT and doc.reference_name:
		facts = frappe.db.get_value(REASSESSMENT, doc.reference_name, "facts")
		case = reassessment.standing_case(json.loads(facts)) if facts else None
	else:
		case = reassessment.case_on_file(paid.name)
		case = case and reassessment.changed_case(reassessment.with_what_befell(case, paid), {})
	if case and doc.kind == law.CONVERT and doc.convert_to:
		case = reassessment.converted(case, doc.convert_to)
	return case


def departure(doc: Document, result: means.Assessment) -> Decimal:
	"""Another amount than the assessed one, within the county's limit and the ceiling of the law."""
	amount = money(doc.amount_departure or 0)
	ratio = rules.parameters().get("amount_departure_limit_ratio", getdate(doc.assessed_on))
	found = departure_law.breaches(
		result.scheme,
		money(result.amount),
		amount,
		money(result.standard),
		result.member_count,
		Decimal(str(ratio)),
		doc.departure_reason or "",
	)
	if found:
		frappe.throw([str(breach) for breach in found], DepartureRefused, as_list=True)
	return amount


def replay(basis: dict | str) -> Decimal:
	"""The amount of an entitlement, from its frozen basis alone."""
	values = json.loads(basis) if isinstance(basis, str) else basis
	return law.amount_of(values, money(snapshot.replay(values).amount))


def earliest_month(doc: Document):
	return law.first_month(doc.kind, doc.scheme, getdate(today()), rules.parameters())


def month_before(month):
	return clock.add_months(getdate(month), -1)
