"""The roll of any month, past or present: who was paid what, by township and category.

Entitlements are never overwritten (a change ends one and opens the next), so a month's roll is one
range condition on the ledger and comes out the same whenever it is asked for.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Count, Sum
from frappe.utils import cint, get_first_day, getdate
from pypika.terms import LiteralValue

from socaid_app import figures
from socaid_app.casework.places import division_names
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column
from socaid_app.socaid_app.paid_months import in_force

SHOWN = ("entitlements_paid", "persons_paid")
DETAIL = (
	"name",
	"recipient_name",
	"category",
	"township",
	"division",
	"member_count",
	"amount",
	"start_month",
	"end_month",
)


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	month = get_first_day(getdate(filters.month))
	if cint(filters.detail):
		return detail_columns(), detail(month, filters), None, None, None
	rows = by_township_and_category(month, filters)
	return summary_columns(), rows, figures.meanings(*SHOWN), chart(rows), totals(rows)


def on_roll(month, filters: frappe._dict):
	"""The ledger rows in force in ``month`` that the reader may see."""
	table = frappe.qb.DocType("Entitlement")
	wanted = in_force(table, month)
	if filters.township:
		wanted.append(table.township == filters.township)
	if filters.category:
		wanted.append(table.category == filters.category)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition("Entitlement"):
		wanted.append(LiteralValue(condition))
	return table, frappe.qb.from_(table).where(Criterion.all(wanted))


def detail(month, filters: frappe._dict) -> list[tuple]:
	"""One row per entitlement, in the order of :data:`DETAIL`."""
	table, query = on_roll(month, filters)
	return (
		query.select(*(table[field] for field in DETAIL))
		.orderby(table.township, table.division, table.name)
		.run()
	)


def by_township_and_category(month, filters: frappe._dict) -> list[dict]:
	table, query = on_roll(month, filters)
	return (
		query.select(
			table.township,
			table.category,
			Count("*").as_("households"),
			Sum(table.member_count).as_("persons"),
			Sum(table.amount).as_("amount"),
		)
		.groupby(table.township, table.category)
		.orderby(table.township, table.category)
		.run(as_dict=True)
	)


def summary_columns() -> list[dict]:
	return [
		column("township", _("Township Division"), "Link", 160, "Administrative Division"),
		column("category", _("Category", context="Entitlement"), "Link", 200, "Assistance Category"),
		column("households", figures.label("entitlements_paid"), "Int", 120),
		column("persons", _("Persons"), "Int", 120),
		column("amount", _("Amount (yuan)"), "Currency", 160),
	]


def detail_columns() -> list[dict]:
	return [
		column("name", _("Entitlement"), "Link", 140, "Entitlement"),
		column("recipient_name", _("Name", context="Entitlement Share"), "Data", 100),
		column("category", _("Category", context="Entitlement"), "Link", 160, "Assistance Category"),
		column("township", _("Township Division"), "Link", 120, "Administrative Division"),
		column("division", _("Village or Community"), "Link", 140, "Administrative Division"),
		column("member_count", _("Persons"), "Int", 80),
		column("amount", _("Amount (yuan)"), "Currency", 130),
		column("start_month", _("Start Month"), "Date", 110),
		column("end_month", _("End Month"), "Date", 110),
	]


def chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	townships = sorted({row.township for row in rows if row.township})
	names = division_names(townships)
	return {
		"type": "bar",
		"data": {
			"labels": [names.get(code, code) for code in townships],
			"datasets": [
				{
					"name": figures.label("entitlements_paid"),
					"values": [
						sum(row.households for row in rows if row.township == code) for code in townships
					],
				}
			],
		},
	}


def totals(rows: list[dict]) -> list[dict]:
	return [
		{
			"value": sum(row.households for row in rows),
			"label": figures.label("entitlements_paid"),
			"datatype": "Int",
			"indicator": "Blue",
		},
		{
			"value": sum(row.persons or 0 for row in rows),
			"label": _("Persons"),
			"datatype": "Int",
			"indicator": "Blue",
		},
		{
			"value": sum(row.amount or 0 for row in rows),
			"label": _("Amount (yuan)"),
			"datatype": "Currency",
			"indicator": "Green",
		},
	]
