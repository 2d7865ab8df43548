"""The reserves of the townships in a month, or over several: each sum is that of the movements, to the cent."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import add_months, get_first_day, getdate, today
from pypika.terms import LiteralValue

from socaid_app.assistance_intake import reserve_bookings as ledger
from socaid_app.assistance_intake.reserve_steps import STATEMENT
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy.income import money
from socaid_app.reporting import column, division_names


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	since = get_first_day(getdate(filters.from_month or today()))
	until = getdate(add_months(get_first_day(getdate(filters.to_month or filters.from_month or today())), 1))
	return columns(), rows(since, until)


def columns() -> list[dict]:
	return [
		column("township", _("Township Division"), "Data", 110),
		column("reserve", _("Reserve of the Township"), "Link", 170, ledger.RESERVE),
		column("opening", _("Balance at the Beginning"), "Currency", 120),
		column("allotted", _("Allotted by the County"), "Currency", 120),
		column("payments", _("Number of Payments"), "Int", 90),
		column("paid", _("Paid to Families"), "Currency", 120),
		column("given_back", _("Given Back by Families"), "Currency", 120),
		column("returned", _("Returned to the County"), "Currency", 120),
		column("closing", _("Balance at the End"), "Currency", 120),
		column("awaited", _("Receipts Awaited"), "Int", 110),
		column("statement", _("Statement of the Last Month"), "Data", 150),
	]


def rows(since, until) -> list[dict]:
	reserve = frappe.qb.DocType(ledger.RESERVE)
	query = frappe.qb.from_(reserve).select(reserve.name, reserve.division).orderby(reserve.division)
	if condition := scope_condition(ledger.RESERVE):
		query = query.where(LiteralValue(condition))
	reserves = query.run(as_dict=True)
	before, moved = ledger.month_sums(getdate("2000-01-01"), since), ledger.month_sums(since, until)
	names, awaited = division_names(row.division for row in reserves), _awaited(since, until)
	statements = _statements(getdate(add_months(until, -1)))
	return [
		{
			"reserve": row.name,
			"township": names.get(row.division, row.division),
			**ledger.columns_of(_balance(before.get(row.name, {})), moved.get(row.name, {})),
			"awaited": awaited.get(row.name, 0),
			"statement": _(statements[row.name], context=STATEMENT) if row.name in statements else "",
		}
		for row in reserves
	]


def _balance(row: dict):
	return money(ledger.columns_of(money(0), row)["closing"])


def _awaited(since, until) -> dict[str, int]:
	entry = frappe.qb.DocType(ledger.ENTRY)
	return dict(
		frappe.qb.from_(entry)
		.select(entry.reserve, Count("*"))
		.where(
			(entry.receipt_state == ledger.AWAITED) & (entry.booked_on >= since) & (entry.booked_on < until)
		)
		.groupby(entry.reserve)
		.run()
	)


def _statements(month) -> dict[str, str]:
	return dict(
		frappe.get_all(
			STATEMENT,
			filters={"month": month},
			fields=["reserve", "status"],
			order_by="reserve",
			as_list=True,
		)
	)
