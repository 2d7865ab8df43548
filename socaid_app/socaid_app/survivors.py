"""What becomes of the benefits of somebody who died, and how it is put right when he or she did not.

The dead person's own share stops with the month of the death. Where nobody else has a share the entitlement ends
with it; the others keep theirs under a new number until the review has computed what is theirs now: nobody's share
is reduced before he or she was heard (Social Assistance Law Art. 48), and nobody dead is on a later roll.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import add_months, flt, get_first_day, getdate, today

from socaid_app.policy.clock import next_month
from socaid_app.policy.whereabouts import last_month_of
from socaid_app.socaid_app import entitlements

PERSON = "Recipient"


@dataclass(frozen=True)
class Stopped:
	"""One entitlement that a death changed: what it was, and under which number it goes on ('' where it ended)."""

	entitlement: str
	household: str | None
	successor: str
	note: str


def mark(person: Document) -> str:
	"""How the ledger names a death; the rows it changed are found again by it."""
	return f"（{person.name}）于{getdate(person.deceased_on)}死亡"


def stop_share(person: Document) -> list[Stopped]:
	"""End the share of a deceased ``person`` in everything that stands, from the month after the death."""
	died = getdate(person.deceased_on)
	stopped = []
	for row in entitlements.active(person.name, died):
		benefit = frappe.get_doc(entitlements.DOCTYPE, row.entitlement)
		if not benefit.end_month or getdate(benefit.end_month) > last_month_of(died):
			stopped.append(_stop(benefit, person, died))
	return stopped


def _stop(benefit: Document, person: Document, died: date) -> Stopped:
	living = _living(benefit)
	month = max(getdate(benefit.start_month), next_month(died))
	reason = f"{person.full_name}{mark(person)}，{month:%Y-%m}起停发本人份额（社会救助法第46条）"
	successor = _go_on(benefit, living, month, benefit.end_month, benefit.name).name if living else ""
	if getdate(benefit.start_month) > last_month_of(died):
		entitlements.annul(benefit.name, reason)
	else:
		entitlements.end(benefit.name, last_month_of(died), reason)
	return Stopped(benefit.name, benefit.household, successor, _note(benefit, person, month, living))


def _living(benefit: Document) -> list[Document]:
	dead = set(
		frappe.get_all(
			PERSON,
			filters={
				"name": ["in", [row.recipient for row in benefit.shares]],
				"deceased_on": ["is", "set"],
			},
			pluck="name",
			order_by="name",
		)
	)
	return [row for row in benefit.shares if row.recipient not in dead]


def _go_on(
	benefit: Document, rows: list[Document], month: date, planned: date | None, previous: str | None
) -> Document:
	"""The shares of ``rows`` under a new number from ``month``; what was granted before is not granted anew."""
	persons = [row.recipient for row in rows]
	gone = sum(flt(row.share) for row in benefit.shares if row.recipient not in persons)
	return entitlements.grant(
		category=benefit.category,
		household=benefit.household,
		recipient=benefit.recipient if benefit.recipient in persons else persons[0],
		division=benefit.division,
		area=benefit.area,
		amount=max(flt(benefit.amount) - gone, 0),
		start_month=month,
		end_month=planned,
		shares=[entitlements.share_of(row) for row in rows],
		application=benefit.application,
		decided_on=benefit.decided_on,
		snapshot=benefit.basis_snapshot,
		member_count=len(persons),
		previous_entitlement=previous,
		restates=True,
	)


def _note(benefit: Document, person: Document, month: date, living: list[Document]) -> str:
	share = next((flt(row.share) for row in benefit.shares if row.recipient == person.name), 0)
	text = f"{benefit.category}（{benefit.name}）中{person.full_name}的份额{share:,.2f}元自{month:%Y-%m}停发"
	if paid := _months(month, get_first_day(getdate(today()))):
		text += f"，{month:%Y-%m}以来名册已列{paid}个月，已经发放的应当核实追回"
	return text + ("；其余成员的份额不变，待复核重新核算" if living else "")


def _months(first: date, last: date) -> int:
	"""Months from one to the other, both counted."""
	return max((last.year - first.year) * 12 + last.month - first.month + 1, 0)


# --- the other way round ----------------------------------------------------------------------------------
def restore_share(person: Document) -> list[str]:
	"""Give back what the recorded death of ``person`` stopped, before the date is taken off; says what was done.

	What began under another number is ended this month and goes on with everybody from the next; what a review has
	changed since is left to another review.
	"""
	rows = frappe.get_all(
		entitlements.DOCTYPE,
		filters={"end_reason": ["like", f"%{mark(person)}%"]},
		fields=["name"],
		order_by="start_month, name",
	)
	return [_restore(frappe.get_doc(entitlements.DOCTYPE, row.name), person) for row in rows]


def _restore(benefit: Document, person: Document) -> str:
	what = f"{benefit.category}（{benefit.name}）"
	reason = f"更正：{person.full_name}（{person.name}）没有死亡，恢复本人份额"
	successor = _successor(benefit)
	if not successor and len(benefit.shares) > 1 and _living(benefit):
		return f"{what}在此期间已重新核定，请复核后另行办理"
	this_month = get_first_day(getdate(today()))
	if not successor:
		return _reopen(benefit, what)
	planned = successor.end_month
	if getdate(successor.start_month) > this_month:
		entitlements.annul(successor.name, reason, goes_on_as=benefit.name)
		if benefit.docstatus == 2:
			return f"{what}恢复为{_again(benefit, planned)}"
		entitlements.reopen(benefit.name, planned)
		return f"{what}恢复"
	month = getdate(add_months(this_month, 1))
	again = _go_on(benefit, list(benefit.shares), month, planned, successor.name)
	entitlements.end(successor.name, this_month, reason)
	missed = _months(getdate(successor.start_month), this_month)
	return f"{what}自{month:%Y-%m}起恢复为{again.name}，此前{missed}个月的份额应当补发"


def _again(benefit: Document, planned: date | None) -> str:
	"""What was annulled cannot be reopened: the same under a new number."""
	month = getdate(benefit.start_month)
	return _go_on(benefit, list(benefit.shares), month, planned, benefit.previous_entitlement).name


def _reopen(benefit: Document, what: str) -> str:
	"""Nobody else had a share: the entitlement goes on as if it had not ended."""
	if benefit.docstatus == 2:
		return f"{what}恢复为{_again(benefit, benefit.planned_end_month)}"
	missed = _months(next_month(getdate(benefit.end_month)), get_first_day(getdate(today())))
	entitlements.reopen(benefit.name, benefit.planned_end_month)
	return f"{what}恢复" + (f"，停发的{missed}个月应当补发" if missed else "")


def _successor(benefit: Document) -> Document | None:
	"""The row under which the others' shares go on, unless it was ended itself."""
	name = frappe.db.get_value(
		entitlements.DOCTYPE,
		{
			"previous_entitlement": benefit.name,
			"docstatus": 1,
			"status": "Active",
			"end_reason": ["is", "not set"],
		},
		"name",
	)
	return frappe.get_doc(entitlements.DOCTYPE, name) if name else None
