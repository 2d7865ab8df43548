"""How a household stands: one word, derived from the ledger, the adjustments and the applications.

The column on the household is a copy for lists and reports. One statement makes it, for the households whose ledger or
case has just changed, and every night for all of them, because months begin by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.model.document import Document
from frappe.utils import get_first_day, getdate, today

from socaid_app.means_testing.adjustments import DECIDED
from socaid_app.policy import benefit_changes as law
from socaid_app.policy import terms

NEVER, APPLYING, GRANTED, RECEIVING, GRACE, SUSPENDED, STOPPED = (
	"Never in Benefit",
	"Under Application",
	"Granted, Not Begun",
	"In Benefit",
	"Grace Period",
	"Benefit Suspended",
	"Benefit Stopped",
)
STANDINGS = (RECEIVING, GRACE, GRANTED, SUSPENDED, APPLYING, STOPPED, NEVER)

# One-off aid makes no standing; whoever is recognised without being paid has one.
_LEDGER = """select paid.name from `tabEntitlement` paid
	where paid.household = household.name and paid.docstatus = 1 and paid.payment != %(one_off)s"""
_IN_FORCE = f"""{_LEDGER} and paid.start_month <= %(month)s
	and (paid.end_month is null or paid.end_month >= %(month)s)"""
_DECISION = (
	"""select decision.name from `tabBenefit Adjustment` decision where decision.status in %(decided)s"""
)
_IN_GRACE = f"""{_DECISION} and decision.kind = %(stop)s and decision.grace_months > 0
	and decision.effective_month <= %(month)s and decision.grace_ends_on >= %(month)s
	and paid.name in (decision.entitlement, decision.result_entitlement)"""
_SUSPENDED = f"""{_LEDGER} and paid.end_month < %(month)s
	and exists ({_DECISION} and decision.kind = %(suspend)s and decision.entitlement = paid.name)
	and not exists (select later.name from `tabEntitlement` later
		where later.previous_entitlement = paid.name and later.docstatus = 1)"""
_APPLIED = """select application.name from `tabAssistance Application` application
	where application.household = household.name and application.workflow_state in %(running)s"""
# The first that holds; a benefit that is paid in full goes before one that runs out.
_CASES = (
	(RECEIVING, f"{_IN_FORCE} and not exists ({_IN_GRACE})"),
	(GRACE, _IN_FORCE),
	(GRANTED, f"{_LEDGER} and paid.start_month > %(month)s"),
	(SUSPENDED, _SUSPENDED),
	(APPLYING, _APPLIED),
	(STOPPED, _LEDGER),
)


def refresh(households: Iterable[str] | None = None) -> None:
	"""Make the column true for these households, or for all of them (safe to run again)."""
	chosen = None if households is None else sorted({name for name in households if name})
	if chosen == []:
		return
	when = "\n".join(f"when exists ({found}) then {frappe.db.escape(standing)}" for standing, found in _CASES)
	# Raw SQL: each household is asked about its own ledger, which the query builder has no update for.
	frappe.db.sql(
		f"""update `tabRecipient Household` household
		set household.standing = case {when} else {frappe.db.escape(NEVER)} end
		{"where household.name in %(households)s" if chosen else ""}""",
		{
			"households": chosen,
			"month": get_first_day(getdate(today())),
			"one_off": terms.ONE_OFF,
			"decided": DECIDED,
			"stop": law.STOP,
			"suspend": law.SUSPEND,
			"running": terms.RUNNING_STATES,
		},
	)


def nightly() -> None:
	"""Daily, after the ledger has closed what ended."""
	refresh()


def note(doc: Document, method: str | None = None) -> None:
	"""Hook ``on_change`` of what a standing is derived from beside the ledger (hook ``socaid_ledger_changed``)."""
	refresh([doc.household])
