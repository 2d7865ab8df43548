"""What is deducted from payments: asked of a list as it is drafted, booked when the bank says that it was paid.

The family has agreed in writing. A deduction on a list is reserved, so that neither a second list nor a receipt takes
the same money; it is booked once the payment arrived. A payment that was returned keeps it waiting: paid again, it
counts; dropped, or returned after all, it is given back. Whatever is booked is brought to what it should be, hence it
may be asked again at any time, by anybody, after any interruption.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import getdate
from pypika.terms import ExistsCriterion

from socaid_app.means_testing.payments.payment_records import (
	DROPPED,
	LINE,
	LINE_WITHDRAWN,
	PAID,
	PAID_AGAIN,
)
from socaid_app.means_testing.recoveries import bookings
from socaid_app.policy import recoveries as law
from socaid_app.policy import terms
from socaid_app.policy.income import exact, money
from socaid_app.socaid_app import rules
from socaid_app.socaid_app.paid_months import in_force

RECOVERY, ENTRY, ENTITLEMENT = bookings.RECOVERY, bookings.ENTRY, "Entitlement"
NOT_TAKEN = (LINE_WITHDRAWN, DROPPED)
FIELDS = ["name", "status", "reissued_by", "deduction_reference", "month"]


# --- asked of a list ----------------------------------------------------------------------------------------------
def claims(month, entitlements: list[str]) -> list[dict]:
	"""Hook ``socaid_payment_deductions``: rows of entitlement, reference and amount, the oldest recovery first."""
	agreed = _agreed(entitlements)
	if not agreed:
		return []
	listed = set(entitlements)
	pays = _pays(month, {row.household for row in agreed})
	floor = exact(rules.parameters().get("recovery_floor_monthly", month))
	left = {row.name: money(row.amount) for row in pays.values()}
	found = []
	for row in agreed:
		entitlement = pays.get(row.household)
		if not entitlement or entitlement.name not in listed:
			continue
		# as they are now: a list that is drafted at the same time has waited for the recovery
		lines = _lines(row.name, row.household)
		if any(getdate(line.month) == getdate(month) for line in lines):
			# this month is deducted on another list already
			continue
		asked = law.claim(
			money(row.deduct_monthly),
			money(row.balance) - _reserved(row.name, lines),
			left[entitlement.name],
			floor,
		)
		if asked:
			left[entitlement.name] -= asked
			found.append({"entitlement": entitlement.name, "reference": row.name, "amount": asked})
	return found


def _agreed(entitlements: list[str]) -> list[frappe._dict]:
	"""Open recoveries of these families that agreed to a deduction; nobody else takes from them until this is stored."""
	recovery, entitlement = frappe.qb.DocType(RECOVERY), frappe.qb.DocType(ENTITLEMENT)
	agreed = (recovery.status == bookings.OPEN) & (recovery.deduct_monthly > 0)
	names = (
		frappe.qb.from_(recovery)
		.join(entitlement)
		.on(entitlement.household == recovery.household)
		.select(recovery.name)
		.distinct()
		.where(agreed & entitlement.name.isin(entitlements))
		.run(pluck=True)
	)
	if not names:
		# a list without recoveries locks nothing
		return []
	return (
		frappe.qb.from_(recovery)
		.select(recovery.name, recovery.household, recovery.deduct_monthly, recovery.balance)
		.where(agreed & recovery.name.isin(names))
		.orderby(recovery.creation)
		.orderby(recovery.name)
		.for_update()
		.run(as_dict=True)
	)


def _pays(month, households: set[str]) -> dict[str, frappe._dict]:
	"""The one benefit of each family that it is taken from, whichever of them is drafted first."""
	table = frappe.qb.DocType(ENTITLEMENT)
	query = frappe.qb.from_(table).select(table.name, table.household, table.amount)
	for condition in in_force(table, month):
		query = query.where(condition)
	rows = (
		query.where(table.household.isin(list(households)) & (table.payment == terms.MONTHLY))
		.orderby(table.name)
		.run(as_dict=True)
	)
	first: dict[str, frappe._dict] = {}
	for row in rows:
		first.setdefault(row.household, row)
	return first


def _lines(recovery: str, household: str) -> list[frappe._dict]:
	"""The lines that a deduction of the recovery stands on and that are paid or may still be."""
	line = frappe.qb.DocType(LINE)
	return (
		frappe.qb.from_(line)
		.select(*(line[field] for field in FIELDS))
		.where((line.household == household) & (line.deduction > 0) & line.status.notin(NOT_TAKEN))
		.where(line.deduction_reference.like(f"%{recovery} %"))
		.orderby(line.name)
		.for_update()
		.run(as_dict=True)
	)


def _reserved(recovery: str, lines: list[frappe._dict]) -> Decimal:
	"""What was taken off payments and is not booked yet."""
	booked = _booked(recovery, [line.name for line in lines])
	on_lists = sum(
		(law.taken(line.deduction_reference).get(recovery, law.NOTHING) for line in lines), law.NOTHING
	)
	return on_lists - sum(booked.values(), law.NOTHING)


def reserved(recovery: str) -> Decimal:
	"""What is being deducted, and therefore no longer there to be paid otherwise."""
	household = frappe.db.get_value(RECOVERY, recovery, "household")
	return _reserved(recovery, _lines(recovery, household))


def _booked(recovery: str, lines: list[str]) -> dict[str, Decimal]:
	"""What is booked of a recovery, by line; as it is now."""
	if not lines:
		return {}
	entry = frappe.qb.DocType(ENTRY)
	rows = (
		frappe.qb.from_(entry)
		.select(entry.payment_line, entry.amount)
		.where((entry.recovery == recovery) & entry.payment_line.isin(lines))
		.for_update()
		.run()
	)
	found: dict[str, Decimal] = defaultdict(lambda: law.NOTHING)
	for line, amount in rows:
		found[line] -= money(amount)
	return found


# --- booked as the bank answers -----------------------------------------------------------------------------------
def follow_return(doc: Document, method: str | None = None) -> None:
	"""Hook ``after_insert`` of Payment Return: what a file of the bank says."""
	line = frappe.qb.DocType(LINE)
	rows = (
		frappe.qb.from_(line)
		.select(line.name, line.reissue_of)
		.where((line.payment_list == doc.payment_list) & ((line.deduction > 0) | line.reissue_of.isnotnull()))
		.orderby(line.name)
		.run(as_dict=True)
	)
	settle(_first_of(row.name, row.reissue_of) for row in rows)


def follow_line(doc: Document, method: str | None = None) -> None:
	"""Hook ``on_update`` of Payment Line: a receipt in cash, or what became of a payment that did not arrive."""
	if doc.has_value_changed("status"):
		settle([_first_of(doc.name, doc.reissue_of)])


def settle_all() -> int:
	"""Hourly: the lines with a deduction that nothing is booked for, and those that came back since; does nothing
	where everything is booked."""
	line, entry, recovery = (frappe.qb.DocType(name) for name in (LINE, ENTRY, RECOVERY))
	booked = frappe.qb.from_(entry).select(entry.name).where(entry.payment_line == line.name)
	names = (
		frappe.qb.from_(line)
		.join(recovery)
		.on(recovery.household == line.household)
		.select(line.name)
		.distinct()
		.where(recovery.consent_on.isnotnull() & (line.deduction > 0))
		.where(ExistsCriterion(booked).negate() | line.status.notin((PAID, PAID_AGAIN)))
		.orderby(line.name)
		.run(pluck=True)
	)
	return settle(names)


def _first_of(name: str, reissue_of: str | None) -> str:
	"""The line that a deduction was made on: what is paid again is the rest of it."""
	while reissue_of:
		name, reissue_of = reissue_of, frappe.db.get_value(LINE, reissue_of, "reissue_of")
	return name


def settle(lines: Iterable[str]) -> int:
	"""Bring the bookings of these lines to what they should be; returns how many were made."""
	made = 0
	for name in sorted(set(lines)):
		line = frappe.db.get_value(LINE, name, FIELDS, as_dict=True)
		for recovery, amount in law.taken(line.deduction_reference).items():
			made += _settle(line, recovery, amount)
	return made


def _settle(line: frappe._dict, recovery: str, amount: Decimal) -> int:
	if not bookings.lock(recovery):
		return 0
	booked = _booked(recovery, [line.name]).get(line.name, law.NOTHING)
	missing = (amount if _arrived(line) else law.NOTHING) - booked
	if not missing:
		return 0
	kind = bookings.DEDUCTION if missing > 0 else bookings.GIVEN_BACK
	bookings.book(recovery, kind, -missing, payment_line=line.name)
	return 1


def _arrived(line: frappe._dict) -> bool:
	"""Whether the payment, or the one that took its place, was paid."""
	status, newer = line.status, line.reissued_by
	while status == PAID_AGAIN and newer:
		status, newer = frappe.db.get_value(LINE, newer, ["status", "reissued_by"])
	return status == PAID
