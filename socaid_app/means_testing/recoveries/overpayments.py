"""What lists have paid beyond what the ledger says today was due: shown by month, demanded only by a decision.

One benefit and what it was before and became after are looked at together: whoever was paid the old amount for a month
for which the new, lower one holds was overpaid the difference, and whoever was paid after the end all of it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import getdate

from socaid_app.means_testing.payments.payment_records import LINE, PAID, PAID_AGAIN
from socaid_app.policy import recoveries as law
from socaid_app.policy import terms
from socaid_app.policy.income import money
from socaid_app.policy.payments import next_month

ENTITLEMENT, RECOVERY = "Entitlement", "Recovery"


def months_of(entitlement: str, but_not: str = "") -> dict[date, Decimal]:
	"""By month, what was paid too much of a benefit and is not demanded yet; ``but_not``: a recovery left aside."""
	chain = _chain(entitlement)
	demanded = _demanded(list(chain), but_not)
	found = law.overpaid(_paid(chain), _due(chain))
	return {month: amount for month, amount in found.items() if month not in demanded}


def chain_of(entitlement: str) -> set[str]:
	"""The names of a benefit and of what it was before and became after."""
	return set(_chain(entitlement))


def _chain(entitlement: str) -> dict[str, frappe._dict]:
	"""The rows of the ledger before and after, this one included, by name."""
	household = frappe.db.get_value(ENTITLEMENT, entitlement, "household")
	rows = {
		row.name: row
		for row in frappe.get_all(
			ENTITLEMENT,
			filters={"household": household} if household else {"name": entitlement},
			fields=[
				"name",
				"previous_entitlement",
				"start_month",
				"end_month",
				"amount",
				"docstatus",
				"payment",
			],
			order_by="name",
		)
		if row.payment == terms.MONTHLY
	}
	chain, waiting = {}, [entitlement]
	while waiting:
		name = waiting.pop()
		if name in chain or name not in rows:
			continue
		chain[name] = rows[name]
		if before := rows[name].previous_entitlement:
			waiting.append(before)
		waiting += [row.name for row in rows.values() if row.previous_entitlement == name]
	return chain


def _months(first, last):
	month, last = getdate(first).replace(day=1), getdate(last)
	while month <= last:
		yield month
		month = next_month(month)


def _paid(chain: dict[str, frappe._dict]) -> dict[date, Decimal]:
	"""What arrived for each month. A later row pays only what is missing, so the highest of them was paid in all."""
	found: dict[date, Decimal] = {}
	for line in frappe.get_all(
		LINE,
		filters={
			"entitlement": ["in", list(chain)],
			"status": ["in", [PAID, PAID_AGAIN]],
			"reissue_of": ["is", "not set"],
		},
		fields=["entitlement", "from_month", "to_month"],
		order_by="name",
	):
		for month in _months(line.from_month, line.to_month):
			found[month] = max(found.get(month, law.NOTHING), money(chain[line.entitlement].amount))
	return found


def _due(chain: dict[str, frappe._dict]) -> dict[date, Decimal]:
	found: dict[date, Decimal] = {}
	today = getdate()
	for row in chain.values():
		if row.docstatus != 1:
			continue
		for month in _months(row.start_month, min(getdate(row.end_month or today), today)):
			found[month] = found.get(month, law.NOTHING) + money(row.amount)
	return found


def _demanded(chain: list[str], but_not: str) -> set[date]:
	rows = frappe.get_all(
		RECOVERY,
		filters={
			"entitlement": ["in", chain],
			"status": ["!=", "Recovery Cancelled"],
			"kind": ["!=", "Fine"],
			"name": ["!=", but_not],
			"first_month": ["is", "set"],
		},
		fields=["first_month", "last_month"],
		order_by="name",
	)
	return {month for row in rows for month in _months(row.first_month, row.last_month or row.first_month)}
