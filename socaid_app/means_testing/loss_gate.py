"""Nothing is taken from anybody who was not heard, whoever writes the ledger (社会救助法第48条).

The ledger asks here before a row ends, before a lower one follows it and before one is annulled that has not begun
(hook ``socaid_loss_gates``): a form, REST, an import, a bulk action, a job, a move and an event in somebody's life all
come to this question. What may be taken unheard says :mod:`policy.losses`; for the rest there has to be a Benefit
Adjustment that was decided and heard about, and it has to give no less.
"""

from __future__ import annotations

import json
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
	taken = losses.unheard(change(entitlement, successor, month))
	if not taken:
		return
	decision = decision_on(entitlement.name)
	after = entitlements.support(successor) if successor else NOTHING
	if decision:
		found = uncovered(decision, after, month)
	else:
		found = [
			str(breach) for breach in hearing_rules.coverage(None, None, None, after, month, getdate(today()))
		]
	if found:
		frappe.throw(
			_("{0} would be reduced or stopped ({1}). {2}").format(
				entitlement.name, in_words(taken), "；".join(found)
			),
			HearingRequired,
		)


def change(entitlement: Document, successor: Document | None, month: date) -> Change:
	"""The change as the law library sees it."""
	persons = [row.recipient for row in entitlement.shares] or [entitlement.recipient]
	before = entitlements.support(entitlement)
	if not before.shares:
		before = Support(before.amount, {entitlement.recipient: before.amount}, {}, before.end)
	return Change(
		before=before,
		after=entitlements.support(successor) if successor else NOTHING,
		month=getdate(month),
		one_off=entitlement.payment == terms.ONE_OFF,
		died=deaths(persons),
		decided=granted_by(entitlement),
		begun=getdate(entitlement.start_month) <= get_first_day(getdate(today())),
		told=not _taken_back(entitlement.name),
	)


def granted_by(entitlement: Document) -> Decimal | None:
	"""The amount that the frozen decision grants; None where an entitlement was entered without one."""
	basis = json.loads(entitlement.basis_snapshot or "{}")
	if not basis.get("result"):
		return None
	return law.amount_of(basis, money(basis["result"]["amount"]))


def decision_on(entitlement: str) -> frappe._dict | None:
	"""The adjustment of it that was decided and is being entered in the ledger."""
	rows = frappe.get_all(
		ADJUSTMENT,
		filters={"entitlement": entitlement, "status": IN_EFFECT, "carried_out_on": ["is", "not set"]},
		fields=["name", "hearing", "heard_on", "heard_about", "effective_month"],
		order_by="decided_on desc, name desc",
		limit=1,
	)
	return rows[0] if rows else None


def uncovered(decision: frappe._dict | Document, after: Support, month: date) -> list[str]:
	"""Why the hearing of a decision does not stand before this change, in words."""
	about, first = told_about(decision.heard_about)
	heard_on = decision.heard_on if _is_handled(decision.hearing) else None
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


def _is_handled(hearing: str | None) -> bool:
	return bool(hearing) and frappe.db.get_value("Opinion Hearing", hearing, "status") == "Opinion Handled"


def _taken_back(entitlement: str) -> bool:
	"""Whether the decision that opened it was taken back before it was delivered."""
	return bool(
		frappe.db.exists(
			ADJUSTMENT,
			{"result_entitlement": entitlement, "status": TAKEN_BACK, "delivered_on": ["is", "not set"]},
		)
	)
