"""What the lists of a month pay for that month, against its roll: equal to the cent, or which line differs and why.

The roll is the ledger's (paid_months.py), whenever it is asked for; arrears, payments made again and deductions are no
part of the month and are left out on both sides. A held line is on its list, and said to be held.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Sum
from frappe.utils import cint, get_first_day, getdate
from pypika.terms import LiteralValue

from socaid_app.means_testing.payments.payment_records import GROUPS, LINE, LINE_WITHDRAWN, PROPOSED
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy.income import money
from socaid_app.reporting import column
from socaid_app.socaid_app.report.monthly_roll.monthly_roll import on_roll


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	month = get_first_day(getdate(filters.month))
	rows = [_row(*pair) for pair in _pairs(month, filters)]
	shown = [row for row in rows if row["difference"]] if cint(filters.differences_only) else rows
	return columns(), shown, None, None, totals(rows)


def _pairs(month, filters):
	"""(entitlement of the roll or None, its line or None), by entitlement."""
	roll, lines = _roll(month, filters), _lines(month, filters)
	for name in sorted(roll.keys() | lines.keys()):
		yield roll.get(name), lines.get(name)


def _roll(month, filters) -> dict[str, frappe._dict]:
	table, query = on_roll(month, filters)
	if filters.scheme_group:
		query = query.where(table.scheme.isin(GROUPS[filters.scheme_group]))
	# one-off aid is on the roll of its month and on the list that is drafted next
	fields = ("name", "recipient_name", "category", "township", "amount")
	return {row.name: row for row in query.select(*(table[field] for field in fields)).run(as_dict=True)}


def _lines(month, filters) -> dict[str, frappe._dict]:
	line = frappe.qb.DocType(LINE)
	wanted = [
		line.month == month,
		line.amount != 0,
		line.status.notin((LINE_WITHDRAWN, PROPOSED)),
	]
	if filters.township:
		wanted.append(line.township == filters.township)
	if filters.category:
		wanted.append(line.category == filters.category)
	if filters.scheme_group:
		wanted.append(line.scheme.isin(GROUPS[filters.scheme_group]))
	if condition := scope_condition(LINE):
		wanted.append(LiteralValue(condition))
	rows = (
		frappe.qb.from_(line)
		.select(
			line.entitlement,
			line.name,
			line.recipient_name,
			line.category,
			line.township,
			line.hold_reason,
			Sum(line.amount).as_("amount"),
		)
		.where(Criterion.all(wanted))
		.groupby(line.entitlement)
		.run(as_dict=True)
	)
	return {row.entitlement: row for row in rows}


def _row(right, line) -> dict:
	known = right or line
	due, listed = money(right and right.amount), money(line and line.amount)
	return {
		"entitlement": right.name if right else line.entitlement,
		"recipient_name": known.recipient_name,
		"category": known.category,
		"township": known.township,
		"roll": float(due),
		"listed": float(listed),
		"held": float(listed) if line and line.hold_reason else 0.0,
		"difference": float(listed - due),
		"why": _why(right, line) if listed != due else "",
		"line": line and line.name,
	}


def _why(right, line) -> str:
	if not line:
		return _("Not on a List")
	return _("Another Amount") if right else _("Not on the Roll")


def columns() -> list[dict]:
	return [
		column("entitlement", _("Entitlement"), "Link", 130, "Entitlement"),
		column("recipient_name", _("Name", context="Entitlement Share"), "Data", 100),
		column("category", _("Category", context="Entitlement"), "Link", 150, "Assistance Category"),
		column("township", _("Township Division"), "Link", 120, "Administrative Division"),
		column("roll", _("On the Roll (yuan)"), "Currency", 120),
		column("listed", _("On the Lists (yuan)"), "Currency", 120),
		column("held", _("Of Which Held (yuan)"), "Currency", 120),
		column("difference", _("Difference (yuan)"), "Currency", 120),
		column("why", _("What Differs"), "Data", 120),
		column("line", _("Payment Line"), "Link", 170, "Payment Line"),
	]


def totals(rows: list[dict]) -> list[dict]:
	sums = {
		key: float(sum((money(row[key]) for row in rows), money(0)))
		for key in ("roll", "listed", "difference")
	}
	labels = {
		"roll": _("On the Roll (yuan)"),
		"listed": _("On the Lists (yuan)"),
		"difference": _("Difference (yuan)"),
	}
	return [
		{
			"value": sums[key],
			"label": label,
			"datatype": "Currency",
			"indicator": "Red" if key == "difference" and sums[key] else "Green",
		}
		for key, label in labels.items()
	]
