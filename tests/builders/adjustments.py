"""Adjustments for the site tests: heard, proposed, decided by others."""

from __future__ import annotations

import json

import frappe
from frappe.utils import getdate, today

from socaid_app.means_testing import adjustments, opinion_hearings, reassessment
from socaid_app.means_testing.loss_gate import freeze_support
from socaid_app.policy import clock
from socaid_app.policy.losses import NOTHING
from socaid_app.socaid_app import entitlements
from tests import builders

ADJUSTMENT, HEARING = adjustments.DOCTYPE, opinion_hearings.DOCTYPE
THIS = builders.TODAY.replace(day=1)
NEXT = clock.next_month(THIS)
SAID = {
	"how": "At the Office",
	"answered": 1,
	"heard_name": "测试户主",
	"capacity": "Recipient",
	"statement": "无意见",
	"agrees": "Agrees",
	"facts_told": "务工收入增加",
	"signature": "data:image/png;base64,iVBORw0KGgo=",
}


def found(household, benefit, annual: float):
	"""A reassessment by which the head of the family earns ``annual`` yuan a year."""
	change = frappe.get_doc(
		{
			"doctype": "Circumstance Change",
			"household": household.name,
			"kind": "Income Change",
			"found_by": "Home Visit",
			"happened_on": today(),
			"state_after": "务工收入变化",
		}
	).insert()
	income = [{"member": household.head, "kind": "Wage", "item": "Wages", "annual": annual, "deduction": 0}]
	return reassessment.reassess(benefit.name, {"income": income}, change)


def draft(benefit, kind: str, user: str, **values):
	"""A draft of the township's clerk."""
	with builders.acting_as(user):
		return frappe.get_doc(
			{
				"doctype": ADJUSTMENT,
				"entitlement": benefit.name,
				"kind": kind,
				"ground": "Income or Property",
				"reason": "务工收入增加，不再符合条件",
				**values,
			}
		).insert()


def hear(adjustment, user: str, **values):
	"""A complete hearing about an adjustment, handled."""
	with builders.acting_as(user):
		hearing = frappe.get_doc(
			{"doctype": HEARING, "adjustment": adjustment.name, "hearer": user, **SAID, **values}
		).insert()
		opinion_hearings.take_down(hearing.name)
		opinion_hearings.handle(hearing.name, "Not Accepted", "收入属实，按规定办理")
	return hearing.reload()


def decide(adjustment, team, proposer: str = "", approver: str = ""):
	"""Proposed and decided by two persons of the township."""
	with builders.acting_as(proposer or team.clerk):
		adjustments.propose(adjustment.name)
	with builders.acting_as(approver or team.approver):
		adjustments.decide(adjustment.name, "同意")
	return adjustment.reload()


def adjusted(benefit, kind: str, team, **values):
	"""An adjustment in effect, its family heard where the law wants it."""
	adjustment = draft(benefit, kind, team.clerk, **values)
	if adjustments.needs_hearing(adjustment):
		hear(adjustment, team.officer)
	return decide(adjustment, team)


def heard_and_decided(benefit, month=None, after=NOTHING):
	"""For tests of the ledger itself: a decision to end a benefit, heard about and waiting to be entered."""
	first = getdate(month or getdate(benefit.start_month))
	hearing = frappe.get_doc({"doctype": HEARING, "status": "Opinion Handled", "held_on": today()})
	hearing.name = f"TQ-TEST-{frappe.generate_hash(length=8)}"
	hearing.db_insert()
	decision = frappe.get_doc(
		{
			"doctype": ADJUSTMENT,
			"entitlement": benefit.name,
			"household": benefit.household,
			"kind": "Stop",
			"ground": "Income or Property",
			"status": "Adjustment in Effect",
			"hearing": hearing.name,
			"heard_on": today(),
			"heard_about": freeze_support(after, first),
			"effective_month": first,
			"decided_on": today(),
			"division": benefit.division,
			"township": benefit.township,
		}
	)
	decision.name = f"TZ-TEST-{frappe.generate_hash(length=8)}"
	decision.db_insert()
	return decision


def new_standard(amount: float, since: str | None = None) -> None:
	"""The standard of rural 低保 from next month on, or from the day given."""
	old = frappe.get_last_doc(
		"Assistance Standard",
		{"kind": "Dibao", "area": "Rural", "docstatus": 1},
		order_by="effective_from desc",
	)
	standard = frappe.copy_doc(old)
	standard.update({"amount": amount, "effective_from": since or NEXT, "document": "测试文件"})
	standard.flags.ignore_mandatory = True
	standard.insert(ignore_permissions=True)
	standard.submit()
	getattr(frappe.local, "request_cache", {}).clear()


def basis_of(entitlement: str) -> dict:
	return json.loads(frappe.db.get_value(entitlements.DOCTYPE, entitlement, "basis_snapshot"))
