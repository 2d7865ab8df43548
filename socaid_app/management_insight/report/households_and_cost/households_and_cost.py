"""Households, persons and cost of a month against the month before and the same month of the year before.

One statement over the ledger, which is never overwritten: the figures of a past month come out the same again.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.utils import flt

from socaid_app import figures
from socaid_app.casework.places import add_names, division_names
from socaid_app.management_insight import behind
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import terms
from socaid_app.reporting import column

NOW, LAST, YEAR = "now", "last", "year"
GROUPS = {
	"Township": ("township",),
	"Category": ("category",),
	"Township and Category": ("township", "category"),
}
SHOWN = ("households_paid", "persons_paid", "cost_paid")
COUNTED = ("households", "persons", "cost")
# Somebody who was helped on the way belongs to no household here.
WHOSE = "ifnull(e.household, e.name)"


def execute(filters: dict | None = None):
	"""``filters``: month, by (one of GROUPS), township, category, list (``households_now``, ``households_last`` or
	``households_year``: the families themselves)."""
	filters = frappe._dict(filters or {})
	months = asked(filters)
	if listed := behind.asked_list(filters):
		month = months.get(listed.removeprefix("households_"), months[NOW])
		return list_columns(), listed_households(month, filters)
	by = GROUPS.get(filters.by, GROUPS["Township"])
	rows, total = counted(months, by, filters)
	for row in rows:
		compare(row)
		behind.here(row, *(f"households_{key}" for key in months), **{field: row[field] for field in by})
	add_names(rows, *(field for field in by if field == "township"))
	drawn = chart(rows, by)
	total = total_of(months, by, rows, total)
	message = behind.said(
		rows, figures.meanings(*SHOWN), _("Nothing is paid in these months by the ledger you may see.")
	)
	return columns(by), [*rows, *total], message, drawn, summary(total or rows)


def asked(filters: dict) -> dict[str, date]:
	month = behind.month_of(filters)
	return {NOW: month, LAST: behind.before(month, 1), YEAR: behind.before(month, 12)}


def criteria(filters: frappe._dict, first: date, last: date) -> tuple[str, dict]:
	"""SQL on ``tabEntitlement`` e: paid in a month from ``first`` to ``last``, and the reader's to see.

	``filters``: township, category, schemes (a tuple), monthly (without one-off aid).
	"""
	where = [
		"e.docstatus = 1",
		"e.payment != %(recognition)s",
		"e.start_month <= %(last)s",
		"(e.end_month is null or e.end_month >= %(first)s)",
		*(f"e.{field} = %({field})s" for field in ("township", "category") if filters.get(field)),
	]
	if filters.schemes:
		where.append("e.scheme in %(schemes)s")
	if filters.monthly:
		where.append("e.payment = %(monthly)s")
	# Frappe filters lists, not queries: the same criterion is put in by hand.
	if condition := scope_condition("Entitlement"):
		where.append(condition.replace("`tabEntitlement`", "e"))
	values = {
		"recognition": terms.RECOGNITION,
		"monthly": terms.MONTHLY,
		"first": first,
		"last": last,
		"township": filters.township,
		"category": filters.category,
		"schemes": filters.schemes,
	}
	return " and ".join(where), values


def by_family(column: str, where: str) -> str:
	"""A derived table of a row for each family with one aggregate ``column``, in the order of the index that holds all it
	reads (field_visits/indexes.py); whoever belongs to no household is one alone."""
	return " union all ".join(
		f"""select {column} from `tabEntitlement` e force index (family_in_force)
			where {where} and e.household is {null} group by {whose}"""
		for null, whose in (("not null", "e.household"), ("null", "e.name"))
	)


def counted(
	months: dict[str, date], by: tuple[str, ...], filters: frappe._dict
) -> tuple[list[frappe._dict], frappe._dict | None]:
	"""Rows of the columns ``by`` with households, persons and cost of each month, and their sum, in which a family that
	has benefits of two categories counts once."""
	where, values = criteria(filters, min(months.values()), max(months.values()))
	parts, bits, families = list(by), [], []
	for number, (key, month) in enumerate(months.items()):
		# the criteria have their own "first" and "last"
		paid = f"e.start_month <= %(in_{key})s and (e.end_month is null or e.end_month >= %(in_{key})s)"
		parts += [
			f"count(distinct case when {paid} then {WHOSE} end) as households_{key}",
			f"cast(ifnull(sum(case when {paid} then e.member_count end), 0) as int) as persons_{key}",
			f"ifnull(sum(case when {paid} then e.amount end), 0) as cost_{key}",
		]
		bits.append(f"if({paid}, {1 << number}, 0)")
		families.append(f"cast(sum(mask >> {number} & 1) as int) as households_{key}")
		values[f"in_{key}"] = month
	# Raw SQL: sums over cases, held to the time of the bare query.
	found = frappe.db.sql(
		f"select {', '.join(parts)} from `tabEntitlement` e where {where} group by {', '.join(by)} order by {', '.join(by)}",
		values,
		as_dict=True,
	)
	if len(found) < 2:
		return found, None
	masks = by_family(f"bit_or({' | '.join(bits)}) as mask", where)
	(total,) = frappe.db.sql(
		f"select {', '.join(families)} from ({masks}) families",
		values,
		as_dict=True,
	)
	for field in ("persons", "cost"):
		for key in months:
			total[f"{field}_{key}"] = sum(row[f"{field}_{key}"] for row in found)
	return found, total


def compare(row: dict) -> None:
	for field in COUNTED:
		for key in (LAST, YEAR):
			row[f"{field}_than_{key}"] = flt(flt(row[f"{field}_{NOW}"]) - flt(row[f"{field}_{key}"]), 2)


def total_of(months, by, rows: list[dict], total: frappe._dict | None) -> list[dict]:
	if len(rows) < 2:
		return []
	total |= {by[0] + ("_name" if by[0] == "township" else ""): _("All Together"), "bold": 1}
	compare(total)
	behind.here(total, *(f"households_{key}" for key in months))
	return [total]


# --- the families themselves --------------------------------------------------------------------------------
def listed_households(month: date, filters: frappe._dict) -> list[frappe._dict]:
	where, values = criteria(filters, month, month)
	# Raw SQL: the same criterion as the number.
	rows = frappe.db.sql(
		f"""select min(e.household) as household, min(e.recipient_name) as recipient_name, min(e.township) as township,
			min(e.division) as division, group_concat(distinct e.category order by e.category separator '、') as categories,
			cast(sum(e.member_count) as int) as persons, sum(e.amount) as cost
		from `tabEntitlement` e where {where} group by {WHOSE} order by township, division, household""",
		values,
		as_dict=True,
	)
	add_names(rows, "township", "division")
	return rows


def list_columns() -> list[dict]:
	return [
		column("household", _("Household"), "Link", 150, "Recipient Household"),
		column("recipient_name", _("Name", context="Entitlement Share"), "Data", 110),
		column("township_name", _("Township Division"), "Data", 130),
		column("division_name", _("Village or Community"), "Data", 150),
		column("categories", _("Assistance Category"), "Data", 220),
		column("persons", _("Persons"), "Int", 80),
		column("cost", _("Amount (yuan)"), "Currency", 130),
	]


# --- the overview -------------------------------------------------------------------------------------------
def columns(by: tuple[str, ...]) -> list[dict]:
	first = {
		"township": column("township_name", _("Township Division"), "Data", 140),
		"category": column("category", _("Assistance Category"), "Data", 180),
	}
	found = [first[field] for field in by]
	for field, label, kind, width in (
		("households", figures.label("households_paid"), "Int", 100),
		("persons", figures.label("persons_paid"), "Int", 100),
		("cost", figures.label("cost_paid"), "Currency", 140),
	):
		found += [
			column(f"{field}_now", label, kind, width),
			column(f"{field}_last", _("{0} of the Month Before").format(label), kind, width + 50),
			column(f"{field}_than_last", _("{0}: Change").format(label), kind, width + 30),
			column(f"{field}_year", _("{0} a Year Before").format(label), kind, width + 60),
			column(f"{field}_than_year", _("{0}: Change in the Year").format(label), kind, width + 50),
		]
	return found


def chart(rows: list[dict], by: tuple[str, ...]) -> dict:
	if not rows:
		return {"type": "bar", "data": {}}
	names = division_names(row.get("township") for row in rows)
	labels = [
		" ".join(names.get(row[field], row[field]) or _("County") for field in by if field in row)
		for row in rows
	]
	return {
		"type": "bar",
		"data": {
			"labels": labels,
			"datasets": [
				{"name": _("Month Before"), "values": [row.households_last for row in rows]},
				{"name": figures.label("households_paid"), "values": [row.households_now for row in rows]},
			],
		},
		"colors": ["#b8c2cc", "#2490ef"],
	}


def summary(rows: list[dict]) -> list[dict]:
	if not rows:
		return []
	total = rows[-1]
	return [
		_card(total.households_now, figures.label("households_paid"), "Int"),
		_card(total.persons_now, figures.label("persons_paid"), "Int"),
		_card(total.cost_now, figures.label("cost_paid"), "Currency"),
		_card(total.cost_than_last, _("{0}: Change").format(figures.label("cost_paid")), "Currency"),
	]


def _card(value, label: str, kind: str) -> dict:
	return {"value": value, "label": label, "datatype": kind, "indicator": "Blue"}
