"""The bookings of a recovery: one row each, appended and never changed; the balance is their sum.

Whoever books holds the row of the recovery first and sums its bookings with locks, so that two receipts at once are
seen one after the other, and a receipt that was booked already is refused by its key, whoever enters it.
"""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.casework import records
from socaid_app.policy import recoveries as law
from socaid_app.policy.income import money, yuan

RECOVERY, ENTRY = "Recovery", "Recovery Entry"
OPEN, BALANCED = "Being Recovered", "Recovery Balanced"

# Recovery Entry.kind
DEMAND, BANK, CASH, DEDUCTION, GIVEN_BACK, WAIVER, CORRECTION, CANCELLATION = (
	"Demand",
	"Bank Receipt",
	"Cash Receipt",
	"Deduction",
	"Deduction Given Back",
	"Waiver",
	"Correction",
	"Cancellation",
)
PART = {
	DEMAND: law.DEMANDED,
	BANK: law.RECEIVED,
	CASH: law.RECEIVED,
	DEDUCTION: law.RECEIVED,
	GIVEN_BACK: law.RECEIVED,
	CORRECTION: law.RECEIVED,
	WAIVER: law.WAIVED,
	CANCELLATION: law.CANCELLED,
}
RECEIPTS = (BANK, CASH)


class BookedAlready(frappe.ValidationError):
	pass


class TooMuch(frappe.ValidationError):
	pass


# --- the balance --------------------------------------------------------------------------------------------------
def lock(recovery: str) -> frappe._dict:
	"""The recovery as it is now; nobody else books on it until the end of the transaction."""
	fields = ["name", "status", "division", "township", "household", "deduct_monthly"]
	return frappe.db.get_value(RECOVERY, recovery, fields, as_dict=True, for_update=True)


def account(recovery: str) -> law.Account:
	"""The sums of all bookings, as they are and not as this transaction saw them when it began to read."""
	entry = frappe.qb.DocType(ENTRY)
	rows = (
		frappe.qb.from_(entry)
		.select(entry.part, entry.amount)
		.where(entry.recovery == recovery)
		.for_update()
		.run()
	)
	return law.account((part, money(amount)) for part, amount in rows)


def require_balance(recovery: str, amount: Decimal, reserved: Decimal = law.NOTHING) -> None:
	"""Raises TooMuch where ``amount`` is more than what is owed and not being deducted from a payment."""
	free = account(recovery).balance - reserved
	if amount <= 0 or amount > free:
		being = _("; {0} is being deducted from payments").format(yuan(reserved)) if reserved else ""
		frappe.throw(
			_("{0} was entered; {1} can be booked{2}.").format(
				yuan(amount), yuan(max(free, law.NOTHING)), being
			),
			TooMuch,
		)


# --- booking ------------------------------------------------------------------------------------------------------
def book(recovery: str, kind: str, amount: Decimal, **values) -> str:
	"""Append a booking, ``amount`` signed; the sums of the recovery follow. Returns the name of the booking."""
	held = lock(recovery)
	entry = frappe.get_doc(
		{
			"doctype": ENTRY,
			"recovery": recovery,
			"kind": kind,
			"part": PART[kind],
			"amount": float(amount),
			"booked_on": today(),
			"booked_by": frappe.session.user,
			"household": held.household,
			"division": held.division,
			"township": held.township,
			**values,
		}
	)
	entry.received_on = entry.received_on or today()
	try:
		with records.step(entry):
			entry.insert(ignore_permissions=True)
	except frappe.UniqueValidationError:
		frappe.clear_last_message()
		frappe.throw(
			_("The receipt {0} has been booked already.").format(values.get("receipt_no") or kind),
			BookedAlready,
		)
	follow(held)
	return entry.name


def follow(held: frappe._dict) -> None:
	"""The columns that lists show are the sums of the bookings; balanced to the cent, the recovery is closed."""
	sums = account(held.name)
	values = {
		"received": float(sums.received),
		"waived": float(sums.waived),
		"balance": float(sums.balance),
	}
	upcoming = law.next_due(instalments(held.name), sums.received + sums.waived)
	values |= {
		"next_due": upcoming.due_on if upcoming and sums.balance > 0 else None,
		"next_amount": float(min(upcoming.amount, sums.balance)) if upcoming and sums.balance > 0 else 0,
	}
	if held.status in (OPEN, BALANCED):
		balanced = sums.balance <= 0
		values |= {"status": BALANCED if balanced else OPEN, "balanced_on": today() if balanced else None}
	frappe.db.set_value(RECOVERY, held.name, values)


def instalments(recovery: str) -> list[law.Instalment]:
	rows = frappe.get_all(
		"Recovery Instalment",
		filters={"parent": recovery, "parenttype": RECOVERY},
		fields=["due_on", "amount"],
		order_by="due_on",
	)
	return [law.Instalment(getdate(row.due_on), money(row.amount)) for row in rows]


def key_of(kind: str, receipt_no: str) -> str:
	"""By which the same receipt is known; one that was corrected may be booked again, rightly."""
	entry, correction = frappe.qb.DocType(ENTRY), frappe.qb.DocType(ENTRY).as_("correction")
	corrected = (
		frappe.qb.from_(entry)
		.join(correction)
		.on(correction.corrects == entry.name)
		.select(entry.name)
		.where((entry.kind == kind) & (entry.receipt_no == receipt_no))
		.run()
	)
	return f"{kind}:{receipt_no}:{len(corrected)}"
