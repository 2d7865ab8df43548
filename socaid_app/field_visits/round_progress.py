"""How far a round is: its tasks by township and officer, for the form of the round and for the report."""

from __future__ import annotations

import frappe
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Sum
from frappe.utils import flt, getdate, today
from pypika.terms import LiteralValue

from socaid_app.casework.places import add_names
from socaid_app.field_visits import planning
from socaid_app.permissions.scope import scope_condition


@frappe.whitelist()
def progress(cycle: str) -> list[dict]:
	"""Tasks of a round by township and officer, of the user's own divisions.

	Rows of {township, officer, officer_name, total, done, open, overdue, cannot, left_out}.
	"""
	frappe.get_doc(planning.CYCLE, cycle).check_permission("read")
	return rows(frappe._dict(cycle=cycle))


def rows(filters: frappe._dict) -> list[dict]:
	"""Rows of {cycle, township, officer, officer_name, total, done, open, overdue, cannot, left_out, percent}
	and the township's name, of the reader's divisions; what the rows are not grouped by is missing."""
	task = frappe.qb.DocType(planning.TASK)
	officer = frappe.qb.DocType("Visit Officer")
	grouped = groups(filters)
	keys = [officer.officer_name if key == "officer_name" else task[key] for key in grouped]
	is_open = task.status.isin(planning.OPEN_TASKS)
	wanted = [task[key] == filters[key] for key in ("cycle", "township", "officer") if filters.get(key)]
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition(planning.TASK):
		wanted.append(LiteralValue(condition))
	found = (
		frappe.qb.from_(task)
		.left_join(officer)
		.on(officer.name == task.officer)
		.select(
			*keys,
			Sum(Case().when(task.status == planning.LEFT_OUT, 0).else_(1)).as_("total"),
			_sum(task.status == planning.DONE, "done"),
			_sum(is_open, "open"),
			_sum(is_open & (task.due_on < getdate(today())), "overdue"),
			_sum(task.status == planning.CANNOT_VISIT, "cannot"),
			_sum(task.status == planning.LEFT_OUT, "left_out"),
		)
		.where(Criterion.all(wanted))
		.groupby(*keys)
		.orderby(*keys)
		.run(as_dict=True)
	)
	for row in found:
		row.percent = flt(row.done * 100 / row.total, 1) if row.total else 0
	add_names(found, "township")
	return found


def _sum(condition, name: str):
	return Sum(Case().when(condition, 1).else_(0)).as_(name)


def groups(filters: frappe._dict) -> list[str]:
	match filters.group_by:
		case "Township":
			return ["cycle", "township"]
		case "Officer":
			return ["cycle", "officer", "officer_name"]
	return ["cycle", "township", "officer", "officer_name"]
