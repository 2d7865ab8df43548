"""Nothing is taken from anybody who was not heard, whoever writes the ledger (社会救助法第48条).

The ledger asks here before a row ends, before a lower one follows it and before one is annulled that has not begun
(hook ``socaid_loss_gates``): a form, REST, an import, a bulk action, a job, a move and an event in somebody's life all
come to this question. What may be taken unheard says :mod:`policy.losses`; for the rest there has to be a Benefit
Adjustment that was decided and heard about, and it has to give no less.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_first_day, getdate, today

from socaid_app.assistance_intake.persons import deaths
from socaid_app.policy import benefit_changes as law
from socaid_app.policy import hearing_rules, losses, terms
from socaid_app.policy.income import money
from socaid_app.policy.losses import NOTHING, Change, Support
from socaid_app.socaid_app import entitlements

ADJUSTMENT, SHARE = "Benefit Adjustment", "Adjustment Share"
IN_EFFECT, TAKEN_BACK = "Adjustment in Effect", "Taken Back"


class HearingRequired(frappe.ValidationError):
	pass


def require_hearing(entitlement: Document, successor: Document | None, month: date) -> None:
	"""Hook ``socaid_loss_gates``: ``successor`` follows ``entitlement`` from ``month`` on, or nothing does.

	Raises HearingRequired with what would be taken, and from whom.
	"""
	for refusal in refusals([(entitlement, successor, month)]).values():
		frappe.throw(refusal, HearingRequired)


def refusals(changes: list[entitlements.Change]) -> dict[str, str]:
	"""Hook ``socaid_loss_gate_sets``: the same question of many entitlements, {its name: why it may not be}.

	Most changes of many take nothing: only for the others is the registry asked what was decided and heard.
	"""
	died = deaths([person for entitlement, _after, _month in changes for person in _persons(entitlement)])
	suspect = [
		(entitlement, successor, getdate(month))
		for entitlement, successor, month in changes
		if losses.losses(*_before_and_after(entitlement, successor, died, getdate(month)))
	]
	names = [entitlement.name for entitlement, _after, _month in suspect]
	known = _what_is_decided(names) if names else Decided({}, frozenset(), {}, {})
	found = {}
	for entitlement, successor, month in suspect:
		taken = losses.unheard(change(entitlement, successor, month, died, known))
		if not taken:
			continue
		after = entitlements.support(successor) if successor else NOTHING
		decision = known.decisions.get(entitlement.name)
		if decision:
			ground = uncovered(decision, after, month, known.hearings)
		else:
			ground = [
				str(breach)
				for breach in hearing_rules.coverage(None, None, None, after, month, getdate(today()))
			]
		if ground:
			found[entitlement.name] = _("{0} would be reduced or stopped ({1}). {2}").format(
				entitlement.name, in_words(taken), "；".join(ground)
			)
	return found


def _persons(entitlement: Document) -> list[str]:
	return [row.recipient for row in entitlement.shares] or [entitlement.recipient]


def _before(entitlement: Document) -> Support:
	before = entitlements.support(entitlement)
	if before.shares:
		return before
	return Support(before.amount, {entitlement.recipient: before.amount}, {}, before.end)


def _before_and_after(entitlement, successor, died, month: date) -> tuple:
	before = _before(entitlement)
	own = {person: died[person] for person in _persons(entitlement) if person in died}
	after = entitlements.support(successor) if successor else NOTHING
	return before, after, losses.dead(Change(before, after, month, died=own))


@dataclass(frozen=True)
class Decided:
	"""What the registry knows about the decisions on some entitlements, by the entitlement's name."""

	decisions: dict[str, frappe._dict]
	taken_back: frozenset[str]
	granted: dict[str, str]
	hearings: dict[str, str]


def _what_is_decided(names: list[str]) -> Decided:
	decisions = decisions_on(names)
	return Decided(
		decisions,
		frozenset(
			frappe.get_all(
				ADJUSTMENT,
				filters={
					"result_entitlement": ["in", names],
					"status": TAKEN_BACK,
					"delivered_on": ["is", "not set"],
				},
				pluck="result_entitlement",
				order_by="name",
			)
		),
		dict(
			frappe.get_all(
				entitlements.DOCTYPE,
				filters={"name": ["in", names]},
				fields=["name", "basis_snapshot"],
				order_by="name",
				as_list=True,
			)
		),
		dict(
			frappe.get_all(
				"Opinion Hearing",
				filters={"name": ["in", [row.hearing for row in decisions.values() if row.hearing] or [""]]},
				fields=["name", "status"],
				order_by="name",
				as_list=True,
			)
		),
	)


def change(
	entitlement: Document, successor: Document | None, month: date, died: dict, known: Decided
) -> Change:
	"""The change as the law library sees it."""
	return Change(
		before=_before(entitlement),
		after=entitlements.support(successor) if successor else NOTHING,
		month=month,
		one_off=entitlement.payment == terms.ONE_OFF,
		died={person: died[person] for person in _persons(entitlement) if person in died},
		decided=granted_by(known.granted.get(entitlement.name)),
		begun=getdate(entitlement.start_month) <= get_first_day(getdate(today())),
		told=entitlement.name not in known.taken_back,
	)


def granted_by(basis_snapshot: str | None) -> Decimal | None:
	"""The amount that the frozen decision grants; None where an entitlement was entered without one."""
	basis = json.loads(basis_snapshot or "{}")
	if not basis.get("result"):
		return None
	return law.amount_of(basis, money(basis["result"]["amount"]))


def decisions_on(names: list[str]) -> dict[str, frappe._dict]:
	"""The adjustment of each that was decided and is being entered in the ledger."""
	rows = frappe.get_all(
		ADJUSTMENT,
		filters={"entitlement": ["in", names], "status": IN_EFFECT, "carried_out_on": ["is", "not set"]},
		fields=["name", "entitlement", "hearing", "heard_on", "heard_about", "effective_month"],
		order_by="decided_on, name",
	)
	return {row.entitlement: row for row in rows}


def uncovered(
	decision: frappe._dict | Document, after: Support, month: date, hearings: dict[str, str] | None = None
) -> list[str]:
	"""Why the hearing of a decision does not stand before this change, in words; ``hearings``: their states, where
	they were read already."""
	about, first = told_about(decision.heard_about)
	if hearings is None:
		hearings = {decision.hearing: frappe.db.get_value("Opinion Hearing", decision.hearing, "status")}
	heard_on = decision.heard_on if hearings.get(decision.hearing) == "Opinion Handled" else None
	return [
		str(breach)
		for breach in hearing_rules.coverage(
			getdate(heard_on) if heard_on else None, about, first, after, getdate(month), getdate(today())
		)
	]


def told_about(frozen: str | None) -> tuple[Support | None, date | None]:
	"""What the household was told would be paid, and from which month."""
	if not frozen:
		return None, None
	values = json.loads(frozen)
	return read_support(values), date.fromisoformat(values["month"])


def read_support(values: dict) -> Support:
	return Support(
		money(values["amount"]),
		{person: money(share) for person, share in values["shares"].items()},
		values["care"],
		date.fromisoformat(values["end"]) if values["end"] else None,
	)


def freeze_support(support: Support, month: date) -> str:
	return json.dumps(
		{
			"amount": str(support.amount),
			"shares": {person: str(share) for person, share in support.shares.items()},
			"care": dict(support.care),
			"end": support.end.isoformat() if support.end else None,
			"month": month.isoformat(),
		},
		ensure_ascii=False,
	)


def in_words(taken: list[losses.Loss]) -> str:
	"""What would be taken, with names instead of numbers."""
	people = dict(
		frappe.get_all(
			"Recipient",
			filters={"name": ["in", [loss.person for loss in taken if loss.person] or [""]]},
			fields=["name", "full_name"],
			order_by="name",
			as_list=True,
		)
	)
	return "；".join(
		str(losses.Loss(loss.what, people.get(loss.person, loss.person), loss.before, loss.after))
		for loss in taken
	)
