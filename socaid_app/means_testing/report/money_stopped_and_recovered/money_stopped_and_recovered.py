"""What decisions have stopped and what came back: by month, township and scheme, from the ledgers alone.

Stopped is what a decision takes off a month's payment, in the month from which it holds; demanded, received and waived
are the bookings of the recoveries, in the month in which the money came.
"""

from __future__ import annotations

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import flt, get_first_day, getdate, today
from pypika.terms import LiteralValue

from socaid_app.means_testing.adjustments import DECIDED
from socaid_app.means_testing.recoveries.bookings import ENTRY, RECOVERY
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import recoveries as law
from socaid_app.reporting import column, division_names

ADJUSTMENT = "Benefit Adjustment"
SUMS = {law.DEMANDED: "demanded", law.RECEIVED: "received", law.WAIVED: "waived"}


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	first = get_first_day(getdate(filters.from_month or today()))
	last = get_first_day(getdate(filters.to_month or today()), d_months=1)
	return columns(), rows_of(first, last, filters)


def rows_of(first, last, filters: frappe._dict) -> list[dict]:
	"""From month ``first`` to before the month ``last``."""
	found: dict[tuple, dict] = defaultdict(lambda: defaultdict(float))
	for row in _stopped(first, last, filters):
		line = found[get_first_day(row.day), row.township, row.scheme]
		line["decisions"] += 1
		line["stopped"] += flt(row.stopped)
	for row in _booked(first, last, filters):
		if row.part in SUMS:
			sign = 1 if row.part == law.DEMANDED else -1
			found[get_first_day(row.day), row.township, row.scheme][SUMS[row.part]] += sign * flt(row.amount)
	names = division_names(township for _month, township, _scheme in found)
	return [
		{
			"month": month.strftime("%Y-%m"),
			"township": names.get(township, township),
			"scheme": _(scheme, context="Assistance Category") if scheme else "",
			"decisions": int(line["decisions"]),
			**{name: flt(line[name], 2) for name in ("stopped", *SUMS.values())},
		}
		for (month, township, scheme), line in sorted(found.items(), key=lambda one: tuple(map(str, one[0])))
	]


def _stopped(first, last, filters):
	table = frappe.qb.DocType(ADJUSTMENT)
	query = (
		frappe.qb.from_(table)
		.select(
			table.effective_month.as_("day"),
			table.township,
			table.scheme,
			(table.amount_before - table.amount_after).as_("stopped"),
		)
		.where(table.status.isin(DECIDED) & (table.amount_after < table.amount_before))
		.where((table.effective_month >= first) & (table.effective_month < last))
	)
	return _within(query, table, ADJUSTMENT, filters).run(as_dict=True)


def _booked(first, last, filters):
	entry, recovery = frappe.qb.DocType(ENTRY), frappe.qb.DocType(RECOVERY)
	query = (
		frappe.qb.from_(entry)
		.join(recovery)
		.on(recovery.name == entry.recovery)
		.select(entry.received_on.as_("day"), entry.township, recovery.scheme, entry.part, entry.amount)
		.where((entry.received_on >= first) & (entry.received_on < last))
	)
	return _within(query, entry, ENTRY, filters).run(as_dict=True)


def _within(query, table, doctype: str, filters):
	if filters.township:
		query = query.where(table.township == filters.township)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition(doctype):
		query = query.where(LiteralValue(condition))
	return query


def columns() -> list[dict]:
	return [
		column("month", _("Month", context="Home Visit"), "Data", 100),
		column("township", _("Township Division"), "Data", 140),
		column("scheme", _("Scheme"), "Data", 110),
		column("decisions", _("Decisions That Take Something"), "Int", 110),
		column("stopped", _("Stopped (yuan/month)"), "Currency", 130),
		column("demanded", _("Demanded"), "Currency", 120),
		column("received", _("Received"), "Currency", 120),
		column("waived", _("Waived"), "Currency", 120),
	]
