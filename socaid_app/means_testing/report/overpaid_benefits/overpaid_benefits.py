"""Which benefits lists have paid too much and nobody has demanded yet, by what the ledger says today.

Only shown: it comes back by a refund that is decided after the family was heard (社会救助法第48条), or by a recovery that a
second person confirms and the family pays by itself.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt
from pypika.terms import LiteralValue

from socaid_app.means_testing.payments.payment_records import LINE, PAID, PAID_AGAIN
from socaid_app.means_testing.recoveries import overpayments
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column, division_names

ENTITLEMENT = "Entitlement"


def execute(filters: dict | None = None):
	return columns(), overpaid(frappe._dict(filters or {}))


def overpaid(filters: frappe._dict) -> list[dict]:
	"""One row per benefit, with what it was before and became after."""
	rows, seen = [], set()
	for row in _candidates(filters):
		if row.name in seen:
			continue
		seen |= overpayments.chain_of(row.name)
		if months := overpayments.months_of(row.name):
			rows.append(
				{
					**{
						field: row[field] for field in ("household", "recipient_name", "category", "township")
					},
					"entitlement": row.name,
					"first_month": min(months).strftime("%Y-%m"),
					"last_month": max(months).strftime("%Y-%m"),
					"months": len(months),
					"amount": flt(sum(months.values()), 2),
				}
			)
	names = division_names(row["township"] for row in rows)
	return [row | {"township": names.get(row["township"], row["township"])} for row in rows]


def _candidates(filters: frappe._dict) -> list[frappe._dict]:
	"""Benefits of which a month was paid after they had ended, or that were annulled; whatever follows them."""
	line, table = frappe.qb.DocType(LINE), frappe.qb.DocType(ENTITLEMENT)
	query = (
		frappe.qb.from_(line)
		.join(table)
		.on(table.name == line.entitlement)
		.select(table.name, table.household, table.recipient_name, table.category, table.township)
		.distinct()
		.where(
			line.status.isin((PAID, PAID_AGAIN))
			& ((table.end_month < line.to_month) | (table.docstatus == 2))
		)
		.orderby(table.name)
	)
	if filters.township:
		query = query.where(table.township == filters.township)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	for doctype in (LINE, ENTITLEMENT):
		if condition := scope_condition(doctype):
			query = query.where(LiteralValue(condition))
	return query.run(as_dict=True)


def columns() -> list[dict]:
	return [
		column("household", _("Household"), "Link", 130, "Recipient Household"),
		column("recipient_name", _("Person Entitled"), "Data", 110),
		column("category", _("Assistance Category"), "Link", 120, "Assistance Category"),
		column("township", _("Township Division"), "Data", 120),
		column("entitlement", _("Benefit Paid Too Much"), "Link", 140, ENTITLEMENT),
		column("first_month", _("From Month"), "Data", 100),
		column("last_month", _("To Month"), "Data", 100),
		column("months", _("Months"), "Int", 80),
		column("amount", _("Paid Too Much"), "Currency", 120),
	]
