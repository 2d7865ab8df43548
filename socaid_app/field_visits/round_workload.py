"""What a round of screening would ask of its teams, before it is saved."""

from __future__ import annotations

from datetime import date
from math import ceil

import frappe
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Count
from frappe.utils import add_days, cint, flt, getdate
from pypika.terms import LiteralValue

from socaid_app.casework.places import add_names
from socaid_app.field_visits import planning
from socaid_app.field_visits.benefits import in_force
from socaid_app.permissions.divisions import bounds
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import cycles
from socaid_app.socaid_app import rules


@frappe.whitelist()
def workload(
	division: str,
	starts_on: str,
	categories: str | list | None = None,
	review_class: str | None = None,
	ratio: float = 100,
	teams: int = 1,
	visits_per_day: int = 1,
	reserve_percent: float = 0,
	visits_from: str | None = None,
	visits_to: str | None = None,
) -> dict:
	"""What a round would ask of its teams, before it is saved.

	Returns the fields of ``cycles.Workload`` with ``enough``, and ``rows`` of {township, township_name, category, households}
	of the user's own divisions. The working days are those between ``visits_from`` and ``visits_to``.
	"""
	frappe.has_permission(planning.CYCLE, "read", throw=True)
	start = getdate(starts_on)
	if not (visits_from and visits_to):
		stage = next(row for row in planning.default_stages(start) if row["stage"] == cycles.VISITS)
		visits_from, visits_to = stage["starts_on"], stage["due_on"]
	total, rows = _households(division, start, frappe.parse_json(categories) or [], review_class)
	days = rules.calendar().workdays_between(add_days(getdate(visits_from), -1), getdate(visits_to))
	load = cycles.workload(
		ceil(total * flt(ratio) / 100),
		max(cint(teams), 1),
		max(cint(visits_per_day), 1),
		flt(reserve_percent),
		days,
	)
	add_names(rows, "township")
	return {**load.__dict__, "enough": load.enough, "rows": rows}


def _households(division: str, on: date, categories: list[str], review_class: str | None) -> tuple[int, list]:
	"""How many households have a benefit in force, and by township and category.

	One with two benefits is visited once, but stands in two rows.
	"""
	table, household = frappe.qb.DocType("Entitlement"), frappe.qb.DocType("Recipient Household")
	wanted = [household.status == "Active", household.division.between(*bounds(division))]
	if categories:
		wanted.append(table.category.isin(categories))
	if review_class:
		wanted.append(household.review_class == review_class)
	wanted.append(LiteralValue(in_force(on)))
	# Frappe filters lists, not queries: the same criterion is put in by hand.
	if condition := scope_condition("Recipient Household"):
		wanted.append(LiteralValue(condition))
	source = (
		frappe.qb.from_(table)
		.join(household)
		.on(household.name == table.household)
		.where(Criterion.all(wanted))
	)
	households = Count(table.household).distinct()
	rows = (
		source.select(household.township, table.category, households.as_("households"))
		.groupby(household.township, table.category)
		.orderby(household.township, table.category)
		.run(as_dict=True)
	)
	return source.select(households).run()[0][0], rows
