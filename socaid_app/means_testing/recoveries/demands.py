"""From a decision to what has to come back: a refund that was decided, a violation that was concluded.

The decision is the demand: two persons have looked at it, the family was heard before. It follows the decision in its
own transaction, once, and is cancelled with it where that is taken back. What was only paid too much is entered by
hand, its amount computed, and confirmed by another person.
"""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import records
from socaid_app.means_testing import loss_gate
from socaid_app.means_testing.recoveries import bookings
from socaid_app.policy import benefit_changes, clock
from socaid_app.policy import violations as violation_law
from socaid_app.policy.income import money
from socaid_app.socaid_app import rules

RECOVERY, ADJUSTMENT, CASE = bookings.RECOVERY, "Benefit Adjustment", "Violation Case"
OPEN, CANCELLED = bookings.OPEN, "Recovery Cancelled"
PAID_TOO_MUCH, REFUND, VIOLATION, FINE = "Paid Too Much", "Refund Decided", "Violation", "Fine"


def follow_decision(doc: Document, method: str | None = None) -> None:
	"""Hook ``on_update`` of adjustments and violation cases."""
	if doc.doctype == ADJUSTMENT:
		_follow_refund(doc)
	elif doc.status == "Violation Concluded":
		_demand(
			doc, VIOLATION, doc.return_amount if doc.conclusion in violation_law.RETURNS else 0, doc.pay_by
		)
		_demand(doc, FINE, doc.fine_amount if doc.conclusion in violation_law.FINES else 0, doc.pay_by)


def _follow_refund(doc: Document) -> None:
	if doc.kind != benefit_changes.REFUND:
		return
	if doc.status == loss_gate.IN_EFFECT:
		_demand(doc, REFUND, doc.refund_amount, None)
	elif doc.status == loss_gate.TAKEN_BACK and (name := of_source(doc, REFUND)):
		cancel(name, _("The decision was taken back: {0}").format(doc.return_reason or ""))


def of_source(doc: Document, kind: str) -> str | None:
	return frappe.db.get_value(
		RECOVERY,
		{
			"source_doctype": doc.doctype,
			"source_name": doc.name,
			"kind": kind,
			"status": ["!=", CANCELLED],
		},
		"name",
	)


def _demand(doc: Document, kind: str, amount: float, pay_by) -> None:
	"""Open a recovery for a decision; the row of the decision is held, hence nobody opens it twice."""
	owed = money(amount or 0)
	if owed <= 0 or of_source(doc, kind):
		return
	recovery = frappe.get_doc(
		{
			"doctype": RECOVERY,
			"kind": kind,
			"source_doctype": doc.doctype,
			"source_name": doc.name,
			"household": doc.household or household_of(doc.entitlement),
			"person": doc.get("person") or doc.get("recipient"),
			"entitlement": doc.entitlement,
			"first_month": doc.get("refund_first_month") or doc.get("conduct_from"),
			"last_month": doc.get("refund_last_month") or doc.get("conduct_to"),
			"amount": float(owed),
			"reason": doc.get("reason") or doc.get("facts"),
			"status": OPEN,
			"confirmed_by": doc.get("decided_by") or doc.get("concluded_by"),
			"confirmed_on": doc.get("decided_on") or doc.get("concluded_on"),
		}
	)
	recovery.append("instalments", {"due_on": pay_by or due_day(), "amount": float(owed)})
	recovery.flags.by_step = True
	recovery.insert(ignore_permissions=True)
	bookings.book(recovery.name, bookings.DEMAND, owed)


def household_of(entitlement: str | None) -> str | None:
	return entitlement and frappe.db.get_value("Entitlement", entitlement, "household")


def due_day():
	"""By when it is paid where nothing else was said."""
	period = rules.parameters().record("recovery_due_days", getdate(today()))
	return clock.after(getdate(today()), int(period.value), period.unit, rules.calendar())[0]


def cancel(name: str, reason: str) -> None:
	"""What is no longer demanded is booked off; what was received meanwhile keeps it from being cancelled."""
	held = bookings.lock(name)
	sums = bookings.account(name)
	if sums.received or sums.waived:
		frappe.throw(
			_("{0} has been paid or waived in part. Correct these bookings first.").format(name),
			bookings.TooMuch,
		)
	if sums.balance:
		bookings.book(name, bookings.CANCELLATION, -sums.balance, note=reason)
	doc = frappe.get_doc(RECOVERY, held.name)
	doc.update(
		{
			"status": CANCELLED,
			"cancel_reason": reason,
			"cancelled_by": frappe.session.user,
			"cancelled_on": today(),
			"next_due": None,
			"next_amount": 0,
			"deduct_monthly": 0,
		}
	)
	with records.step(doc):
		doc.save(ignore_permissions=True)


def owed(name: str) -> Decimal:
	return bookings.account(name).balance
