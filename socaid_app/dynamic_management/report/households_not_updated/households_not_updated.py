"""Whom a task of updating still waits for: households in benefit of which no record of the period says anything."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import getdate
from pypika.terms import LiteralValue

from socaid_app.dynamic_management import update_tasks as tasks
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column, division_names


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	# the one that runs, as long as none is chosen
	newest = frappe.get_list(tasks.DOCTYPE, pluck="name", order_by="period_start desc, name", limit=1)
	name = filters.task or next(iter(newest), None)
	if not name:
		return columns(), []
	task = frappe.get_doc(tasks.DOCTYPE, name)
	task.check_permission("read")
	return columns(), rows(task)


def columns() -> list[dict]:
	return [
		column("name", _("Household"), "Link", 130, tasks.HOUSEHOLD),
		column("head_name", _("Head of Household"), "Data", 110),
		column("place", _("Village or Community"), "Data", 160),
		column("current_benefit", _("Current Benefit"), "Data", 160),
		column("last_visited_on", _("Last Visited On"), "Date", 120),
		column("next_review_on", _("Next Review On"), "Date", 120),
	]


def rows(task) -> list[frappe._dict]:
	household = frappe.qb.DocType(tasks.HOUSEHOLD)
	query = (
		frappe.qb.from_(household)
		.select(
			household.name,
			household.head_name,
			household.division,
			household.current_benefit,
			household.last_visited_on,
			household.next_review_on,
		)
		.where(tasks.in_benefit(household) & (household.township == task.township))
		.where(tasks.updated(household, task.kind, getdate(task.period_start)).negate())
		.orderby(household.division)
		.orderby(household.name)
	)
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition(tasks.HOUSEHOLD):
		query = query.where(LiteralValue(condition))
	found = query.run(as_dict=True)
	places = division_names({row.division for row in found})
	for row in found:
		row.place = places.get(row.division, "")
	return found
