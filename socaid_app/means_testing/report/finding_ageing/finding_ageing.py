"""Findings by rule, source or township: how many there are, what became of them, and how long the open ones have waited."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days, getdate, today
from pypika.terms import Case, LiteralValue

from socaid_app.casework.places import division_names
from socaid_app.means_testing.comparison_findings import CONCLUDED, CONFIRMED, DOCTYPE
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column

BY_RULE, BY_SOURCE, BY_TOWNSHIP = "Comparison Rule", "Comparison Source", "Township"
# Days since it was first found, as the desk counts them.
MONTH, QUARTER = 30, 90


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	return columns(filters), rows(filters)


def rows(filters: frappe._dict) -> list[dict]:
	finding = frappe.qb.DocType(DOCTYPE)
	key = _key(finding, filters)
	is_open = finding.status != CONCLUDED
	day = getdate(today())
	month, quarter = add_days(day, -MONTH), add_days(day, -QUARTER)

	def how_many(condition):
		return Sum(Case().when(condition, 1).else_(0))

	wanted = [finding.name.isnotnull()]
	if filters.from_date:
		wanted.append(finding.first_seen >= filters.from_date)
	if filters.to_date:
		wanted.append(finding.first_seen <= filters.to_date)
	if filters.township:
		wanted.append(finding.township == filters.township)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition(DOCTYPE):
		wanted.append(LiteralValue(condition))
	found = (
		frappe.qb.from_(finding)
		.where(Criterion.all(wanted))
		.groupby(key)
		.orderby(key)
		.select(
			key.as_("key"),
			Count(finding.name).as_("findings"),
			how_many(~is_open).as_("concluded"),
			how_many(~is_open & (finding.conclusion == CONFIRMED)).as_("confirmed"),
			how_many(is_open & (finding.first_seen > month)).as_("to_month"),
			how_many(is_open & (finding.first_seen <= month) & (finding.first_seen > quarter)).as_(
				"to_quarter"
			),
			how_many(is_open & (finding.first_seen <= quarter)).as_("longer"),
			how_many(is_open & (finding.due_on < day)).as_("overdue"),
		)
	).run(as_dict=True)
	titles = _titles(filters, [row.key for row in found])
	return [row | {"title": titles.get(row.key, row.key or _("Register Alone"))} for row in found]


def _key(finding, filters: frappe._dict):
	return {BY_SOURCE: finding.source, BY_TOWNSHIP: finding.township}.get(filters.group_by, finding.rule)


def _titles(filters: frappe._dict, keys: list[str | None]) -> dict[str, str]:
	if filters.group_by == BY_TOWNSHIP:
		return division_names(keys)
	doctype = BY_SOURCE if filters.group_by == BY_SOURCE else BY_RULE
	return dict(
		frappe.get_all(
			doctype,
			filters={"name": ["in", [key for key in keys if key]]},
			fields=["name", "title"],
			order_by="name",
			as_list=True,
		)
	)


def columns(filters: frappe._dict) -> list[dict]:
	kind = filters.group_by or BY_RULE
	return [
		column("title", _(kind), "Data", 240),
		column("findings", _("Findings"), "Int", 90),
		column("concluded", _("Finding Concluded", context=DOCTYPE), "Int", 90),
		column("confirmed", _("Confirmed", context=DOCTYPE), "Int", 90),
		column("to_month", _("Open up to 30 Days"), "Int", 120),
		column("to_quarter", _("Open 30 to 90 Days"), "Int", 120),
		column("longer", _("Open Longer than 90 Days"), "Int", 120),
		column("overdue", _("Past Their Day"), "Int", 90),
	]
