"""What is still owed, by how long the next instalment has been overdue."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt, getdate, today
from pypika.terms import LiteralValue

from socaid_app.means_testing.recoveries.bookings import OPEN, RECOVERY
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import recoveries as law
from socaid_app.reporting import column, division_names

AGES = (*(name for _days, name in law.AGES), law.OLDEST)


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	rows = owed(filters, getdate(today()))
	totals = dict.fromkeys(AGES, 0.0)
	for row in rows:
		totals[row.age] += flt(row.balance)
		row.age = _(row.age, context="Ageing of Recoveries")
	summary = [
		{"label": _(age, context="Ageing of Recoveries"), "value": flt(total, 2), "datatype": "Currency"}
		for age, total in totals.items()
	]
	return columns(), rows, None, None, summary


def owed(filters: frappe._dict, on) -> list[frappe._dict]:
	table = frappe.qb.DocType(RECOVERY)
	query = (
		frappe.qb.from_(table)
		.select(
			table.name,
			table.household,
			table.head_name,
			table.township,
			table.category,
			table.kind,
			table.amount,
			table.balance,
			table.next_due,
		)
		.where((table.status == OPEN) & (table.balance > 0))
		.orderby(table.next_due)
		.orderby(table.name)
	)
	if filters.township:
		query = query.where(table.township == filters.township)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition(RECOVERY):
		query = query.where(LiteralValue(condition))
	rows = query.run(as_dict=True)
	names = division_names(row.township for row in rows)
	for row in rows:
		row.township = names.get(row.township, row.township)
		row.age = law.age(row.next_due, on)
		row.days = max((on - row.next_due).days, 0) if row.next_due else 0
		row.kind = _(row.kind, context=RECOVERY)
	return rows


def columns() -> list[dict]:
	return [
		column("name", _("Recovery"), "Link", 140, RECOVERY),
		column("head_name", _("Head of Household"), "Data", 110),
		column("township", _("Township Division"), "Data", 130),
		column("category", _("Assistance Category"), "Link", 120, "Assistance Category"),
		column("kind", _("What It Is For"), "Data", 110),
		column("amount", _("Amount Demanded"), "Currency", 120),
		column("balance", _("Still Owed"), "Currency", 120),
		column("next_due", _("Next Instalment Due On"), "Date", 120),
		column("days", _("Days Overdue"), "Int", 90),
		column("age", _("Overdue For"), "Data", 120),
	]
