"""What changed on the roll of a month: who joined, got more or less, was suspended, resumed, changed over, left.

Read from the ledger alone, like the roll: a change of the month is a row that begins with it, or one that ended with
the month before and that nothing follows. It comes out the same whenever it is asked for.
"""

from __future__ import annotations

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import add_months, cint, flt, get_first_day, getdate
from pypika.terms import LiteralValue

from socaid_app.means_testing.adjustments import DECIDED, DOCTYPE
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import benefit_changes as law
from socaid_app.policy import terms
from socaid_app.reporting import column

JOINED, RAISED, REDUCED, SUSPENDED, RESUMED, CONVERTED, LEFT, UNCHANGED = (
	"Joined",
	"Raised",
	"Reduced",
	"Suspended",
	"Resumed",
	"Converted",
	"Left",
	"Same Amount",
)
CHANGES = (JOINED, RAISED, REDUCED, SUSPENDED, RESUMED, CONVERTED, LEFT)
CENT = 0.005


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	rows = changes(get_first_day(getdate(filters.month)), filters)
	if cint(filters.detail):
		return detail_columns(), [row | {"change": _(row.change, context="Monthly Changes")} for row in rows]
	return summary_columns(), summary(rows), None, None, totals(rows)


def changes(month, filters: frappe._dict) -> list[frappe._dict]:
	"""One row per change of the month that the reader may see."""
	month = getdate(month)
	rows = [*_begun(month, filters), *_ended(month, filters)]
	rows = [row for row in rows if row.change != UNCHANGED]
	return sorted(
		rows, key=lambda row: (row.township or "", row.category, CHANGES.index(row.change), row.name)
	)


def _begun(month, filters) -> list[frappe._dict]:
	table, earlier = frappe.qb.DocType("Entitlement"), frappe.qb.DocType("Entitlement").as_("earlier")
	rows = (
		_within(table, filters)
		.left_join(earlier)
		.on(earlier.name == table.previous_entitlement)
		.select(
			*_shown(table),
			table.amount.as_("after"),
			earlier.amount.as_("before"),
			earlier.scheme.as_("earlier_scheme"),
			earlier.end_month.as_("earlier_end"),
			table.scheme,
			earlier.docstatus.as_("earlier_status"),
		)
		.where(table.start_month == month)
		.run(as_dict=True)
	)
	for row in rows:
		row.change = _kind(row, month)
		if row.change in (JOINED, RESUMED):
			row.before = 0
		row.difference = flt(row.after) - flt(row.before)
	return rows


def _kind(row: frappe._dict, month) -> str:
	if row.before is None or row.earlier_status != 1:
		return JOINED
	if row.earlier_end and getdate(row.earlier_end) < getdate(add_months(month, -1)):
		return RESUMED
	if row.earlier_scheme != row.scheme:
		return CONVERTED
	difference = flt(row.after) - flt(row.before)
	if abs(difference) < CENT:
		return UNCHANGED
	return RAISED if difference > 0 else REDUCED


def _ended(month, filters) -> list[frappe._dict]:
	"""Rows of which the month before was the last, and nothing follows with this one."""
	table, later = frappe.qb.DocType("Entitlement"), frappe.qb.DocType("Entitlement").as_("later")
	rows = (
		_within(table, filters)
		.left_join(later)
		.on(
			(later.previous_entitlement == table.name) & (later.docstatus == 1) & (later.start_month == month)
		)
		.select(*_shown(table), table.amount.as_("before"))
		.where((table.end_month == add_months(month, -1)) & later.name.isnull())
		.run(as_dict=True)
	)
	suspended = set(
		frappe.get_all(
			DOCTYPE,
			filters={"kind": law.SUSPEND, "status": ["in", DECIDED], "effective_month": month},
			pluck="entitlement",
			order_by="name",
		)
	)
	for row in rows:
		row.change = SUSPENDED if row.name in suspended else LEFT
		row.after, row.difference = 0, -flt(row.before)
	return rows


def _within(table, filters):
	query = frappe.qb.from_(table).where((table.docstatus == 1) & (table.payment == terms.MONTHLY))
	if filters.township:
		query = query.where(table.township == filters.township)
	if filters.category:
		query = query.where(table.category == filters.category)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition("Entitlement"):
		query = query.where(LiteralValue(condition))
	return query


def _shown(table):
	return (
		table.name,
		table.household,
		table.recipient_name,
		table.category,
		table.township,
		table.division,
		table.member_count,
	)


def summary(rows: list[frappe._dict]) -> list[dict]:
	grouped = defaultdict(lambda: {"households": 0, "persons": 0, "difference": 0.0})
	for row in rows:
		line = grouped[row.township, row.category, row.change]
		line["households"] += 1
		line["persons"] += cint(row.member_count)
		line["difference"] += flt(row.difference)
	return [
		{
			"township": township,
			"category": category,
			"change": _(change, context="Monthly Changes"),
			**line,
			"difference": flt(line["difference"], 2),
		}
		for (township, category, change), line in grouped.items()
	]


def totals(rows: list[frappe._dict]) -> list[dict]:
	counted = defaultdict(int)
	for row in rows:
		counted[row.change] += 1
	return [
		{"value": counted[change], "label": _(change, context="Monthly Changes"), "datatype": "Int"}
		for change in CHANGES
		if counted[change]
	]


def summary_columns() -> list[dict]:
	return [
		column("township", _("Township Division"), "Link", 160, "Administrative Division"),
		column("category", _("Category", context="Entitlement"), "Link", 180, "Assistance Category"),
		column("change", _("Kind of Change", context="Monthly Changes"), "Data", 100),
		column("households", _("Households"), "Int", 90),
		column("persons", _("Persons"), "Int", 90),
		column("difference", _("Difference (yuan/month)"), "Currency", 170),
	]


def detail_columns() -> list[dict]:
	return [
		column("name", _("Entitlement"), "Link", 140, "Entitlement"),
		column("recipient_name", _("Name", context="Entitlement Share"), "Data", 100),
		column("category", _("Category", context="Entitlement"), "Link", 160, "Assistance Category"),
		column("change", _("Kind of Change", context="Monthly Changes"), "Data", 100),
		column("before", _("Amount So Far (yuan/month)"), "Currency", 150),
		column("after", _("Amount from Now On (yuan/month)"), "Currency", 150),
		column("township", _("Township Division"), "Link", 120, "Administrative Division"),
		column("division", _("Village or Community"), "Link", 140, "Administrative Division"),
		column("member_count", _("Persons"), "Int", 80),
	]
