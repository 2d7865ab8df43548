"""Households and cost by month: the twelve that were, and the rest of the year if nothing else is decided.

What is to come is the ledger as it stands: every benefit in force runs on until its known end, changes already decided
with a later month count from that month. One-off aid is not in the ledger beforehand: each month to come gets the average
of the last twelve. Under a scenario that was weighed, its difference comes to every month from the one it begins with.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from socaid_app import figures
from socaid_app.management_insight import behind
from socaid_app.management_insight.report.households_and_cost import households_and_cost as paid
from socaid_app.means_testing import what_if
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import terms
from socaid_app.policy.clock import add_months
from socaid_app.reporting import column

COST = "Households and Cost"
PAST = 12
SHOWN = ("households_paid", "persons_paid", "cost_paid", "cost_to_come")
WEIGHED = (what_if.COMPUTED, what_if.CHOSEN, what_if.IN_FORCE)


def execute(filters: dict | None = None):
	"""``filters``: month (the last that is past or current), township, category, scenario."""
	filters = frappe._dict(filters or {})
	rows = by_month(filters)
	if not any(row.households or row.cost for row in rows):
		return (
			columns(None),
			[],
			behind.said([], figures.meanings(*SHOWN), _("Nothing was paid so far.")),
			None,
			[],
		)
	scenario = _scenario(filters)
	if scenario:
		_apply(scenario, rows, filters)
	for row in rows:
		behind.in_report(
			row,
			"households",
			COST,
			list="households_now",
			month=row.month,
			township=filters.township or "",
			category=filters.category or "",
		)
	return columns(scenario), rows, message(scenario), chart(rows, scenario), summary(rows, scenario)


def months_shown(current: date) -> list[date]:
	"""Twelve months up to the current one, and those to the end of its year."""
	first = behind.before(current, PAST - 1)
	return [add_months(first, number) for number in range(PAST + 12 - current.month)]


def by_month(filters: frappe._dict) -> list[frappe._dict]:
	current = behind.month_of(filters)
	months = months_shown(current)
	where = [
		"e.docstatus = 1",
		"e.payment != %(recognition)s",
		"(e.end_month is null or e.end_month >= %(first)s)",
	]
	where += [f"e.{field} = %({field})s" for field in ("township", "category") if filters.get(field)]
	# Frappe filters lists, not queries: the same criterion is put in by hand.
	if condition := scope_condition("Entitlement"):
		where.append(condition.replace("`tabEntitlement`", "e"))
	values = {
		"recognition": terms.RECOGNITION,
		"one_off": terms.ONE_OFF,
		"first": months[0],
		"last": months[-1],
		"township": filters.township,
		"category": filters.category,
	}
	where.append("e.start_month <= %(last)s")
	# Raw SQL. A family is in a month if one of its benefits is: a bit for each month, joined by family.
	start = "greatest(timestampdiff(month, %(first)s, e.start_month), 0)"
	end = f"least(ifnull(timestampdiff(month, %(first)s, e.end_month), {len(months)}), {len(months) - 1})"
	mask = f"bit_or((1 << ({end} + 1)) - (1 << {start})) as mask"
	bits = ", ".join(f"cast(sum(mask >> {n} & 1) as int) as m{n}" for n in range(len(months)))
	counted = frappe.db.sql(
		f"select {bits} from ({paid.by_family(mask, ' and '.join(where))}) families",
		values,
		as_dict=True,
	)[0]
	sums = frappe.db.sql(
		f"""select e.start_month, e.end_month, e.payment = %(one_off)s as one_off, cast(sum(e.member_count) as int) as persons,
			sum(e.amount) as cost from `tabEntitlement` e where {" and ".join(where)} group by 1, 2, 3""",
		values,
		as_dict=True,
	)
	rows = []
	for number, month in enumerate(months):
		running = [
			row for row in sums if row.start_month <= month and (not row.end_month or row.end_month >= month)
		]
		rows.append(
			frappe._dict(
				month=month,
				month_name=f"{month:%Y-%m}",
				past=month <= current,
				kind=_("Paid by the Ledger") if month <= current else _("To Come"),
				households=cint(counted[f"m{number}"]),
				persons=sum(cint(row.persons) for row in running),
				monthly=flt(sum(flt(row.cost) for row in running if not row.one_off), 2),
				one_off=flt(sum(flt(row.cost) for row in running if row.one_off), 2),
			)
		)
	average = flt(sum(row.one_off for row in rows if row.past) / PAST, 2)
	for row in rows:
		if not row.past:
			row.one_off = average
		row.cost = flt(row.monthly + row.one_off, 2)
	return rows


# --- a scenario -----------------------------------------------------------------------------------------------
def _scenario(filters: frappe._dict) -> frappe._dict | None:
	"""The one asked for that the reader may see; none is applied without being asked for."""
	if not filters.scenario or not frappe.has_permission(what_if.SCENARIO, "read"):
		return None
	rows = frappe.get_list(
		what_if.SCENARIO,
		filters={"name": filters.scenario, "status": ["in", WEIGHED]},
		fields=["name", "subject", "month"],
		order_by="name",
	)
	return rows[0] if rows else None


def _apply(scenario: frappe._dict, rows: list[frappe._dict], filters: frappe._dict) -> None:
	places = what_if.by_place(scenario.name, scope_condition(what_if.RESULT))
	wanted = [
		row
		for row in places
		if filters.township in (None, "", row.township) and filters.category in (None, "", row.category)
	]
	difference = flt(sum(flt(row.cost_after) - flt(row.cost_before) for row in wanted), 2)
	begins = getdate(scenario.month).replace(day=1)
	for row in rows:
		applies = not row.past and row.month >= begins
		row.under_scenario = flt(row.cost + (difference if applies else 0), 2)


# --- how it is shown ------------------------------------------------------------------------------------------
def message(scenario: frappe._dict | None) -> str:
	text = figures.meanings(*SHOWN)
	if scenario:
		text += behind.empty(
			_(
				"With the scenario {0}, from {1}: its difference as it was computed, added to each month to come."
			).format(scenario.subject, f"{getdate(scenario.month):%Y-%m}")
		)
	return text


def columns(scenario: frappe._dict | None) -> list[dict]:
	found = [
		column("month_name", _("Month", context="Home Visit"), "Data", 90),
		column("kind", _("Kind of Figure"), "Data", 110),
		behind.number("households", figures.label("households_paid"), 110),
		behind.number("persons", figures.label("persons_paid"), 110),
		column("monthly", _("Monthly Benefits (yuan)"), "Currency", 160),
		column("one_off", _("One-off Aid (yuan)"), "Currency", 150),
		column("cost", figures.label("cost_paid"), "Currency", 160),
	]
	if scenario:
		found.append(column("under_scenario", _("With the Scenario (yuan)"), "Currency", 170))
	return found


def chart(rows: list[frappe._dict], scenario: frappe._dict | None) -> dict:
	datasets = [
		{
			"name": _("Paid by the Ledger"),
			"chartType": "bar",
			"values": [row.cost if row.past else 0 for row in rows],
		},
		{"name": _("To Come"), "chartType": "bar", "values": [0 if row.past else row.cost for row in rows]},
	]
	if scenario:
		datasets.append(
			{
				"name": _("With the Scenario (yuan)"),
				"chartType": "bar",
				"values": [0 if row.past else row.under_scenario for row in rows],
			}
		)
	return {
		"type": "bar",
		"barOptions": {"stacked": 0 if scenario else 1},
		"data": {"labels": [f"{row.month:%m}" for row in rows], "datasets": datasets},
		"colors": ["#2490ef", "#b8c2cc", "#f5a623"],
		"fieldtype": "Currency",
	}


def summary(rows: list[frappe._dict], scenario: frappe._dict | None) -> list[dict]:
	current = next(row for row in reversed(rows) if row.past)
	year = [row for row in rows if row.month.year == current.month.year]
	paid = sum(row.cost for row in year if row.past)
	to_come = sum(row.cost for row in year if not row.past)
	cards = [
		(paid, _("Paid This Year"), "Blue"),
		(to_come, _("To Come This Year"), "Orange"),
		(paid + to_come, _("The Whole Year"), "Blue"),
	]
	if scenario:
		cards.append(
			(sum(row.under_scenario for row in year), _("The Whole Year with the Scenario"), "Orange")
		)
	return [
		{"value": flt(value, 2), "label": label, "datatype": "Currency", "indicator": colour}
		for value, label, colour in cards
	]
