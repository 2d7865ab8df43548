"""The ledger sheet of a recovery: its bookings in their order, with the balance after each."""

from __future__ import annotations

import frappe

from socaid_app.means_testing.recoveries.bookings import ENTRY
from socaid_app.policy import recoveries as law
from socaid_app.policy.income import money


def recovery_bookings(recovery) -> list[frappe._dict]:
	rows = frappe.get_all(
		ENTRY,
		filters={"recovery": recovery.name},
		fields=["name", "kind", "amount", "received_on", "receipt_no", "booked_by", "note", "payment_line"],
		order_by="creation, name",
	)
	balance = law.NOTHING
	for row in rows:
		balance += money(row.amount)
		row.balance = balance
	return rows
