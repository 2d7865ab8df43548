"""Who keeps the dates: per officer and month, tasks done on time and late (service plan 1.1.1-11)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Count, DateFormat, Sum
from frappe.utils import add_months, flt, get_first_day, get_last_day, getdate, today
from pypika.terms import LiteralValue

from socaid_app import figures
from socaid_app.field_visits import planning
from socaid_app.permissions.scope import scope_condition


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date (months of the due date), officer, township."""
	found = rows(frappe._dict(filters or {}))
	return columns(), found, figures.meanings("punctuality", "tasks_overdue"), chart(found)


def rows(filters: frappe._dict) -> list[dict]:
	"""Rows of {month, officer, officer_name, township, due, on_time, late, overdue, rescheduled, rate}.

	A task counts in the month of its due date, also after rescheduling for a stated reason; the rate is the
	share done on time of those due by today, in percent.
	"""
	task, officer = frappe.qb.DocType(planning.TASK), frappe.qb.DocType("Visit Officer")
	month = DateFormat(task.due_on, "%Y-%m")
	from_date = get_first_day(getdate(filters.from_date or add_months(today(), -2)))
	to_date = get_last_day(getdate(filters.to_date or today()))
	wanted = [
		task.officer.isnotnull(),
		task.status.notin([planning.LEFT_OUT, planning.CANNOT_VISIT]),
		task.due_on.between(from_date, to_date),
		*(task[key] == filters[key] for key in ("officer", "township") if filters.get(key)),
	]
	# The list machinery does not filter reports: the same criterion is put in by hand.
	if condition := scope_condition(planning.TASK):
		wanted.append(LiteralValue(condition))
	done = task.status == planning.DONE
	found = (
		frappe.qb.from_(task)
		.join(officer)
		.on(officer.name == task.officer)
		.select(
			month.as_("month"),
			task.officer,
			officer.officer_name,
			Count("*").as_("tasks"),
			_sum(done & (task.done_on <= task.due_on), "on_time"),
			_sum(done & (task.done_on > task.due_on), "late"),
			_sum(task.status.isin(planning.OPEN_TASKS) & (task.due_on < getdate(today())), "overdue"),
			_sum(task.reschedule_count > 0, "rescheduled"),
		)
		.where(Criterion.all(wanted))
		.groupby(month, task.officer, officer.officer_name)
		.orderby(month, task.officer)
		.run(as_dict=True)
	)
	for row in found:
		decided = row.on_time + row.late + row.overdue
		row.rate = flt(row.on_time * 100 / decided, 1) if decided else None
	return found


def _sum(condition, name: str):
	return Sum(Case().when(condition, 1).else_(0)).as_(name)


def columns() -> list[dict]:
	labels = (
		("month", _("Month", context="Home Visit"), "Data", 90, None),
		("officer", _("Responsible Officer"), "Link", 110, "Visit Officer"),
		("officer_name", _("Officer Name"), "Data", 100, None),
		("tasks", _("Tasks"), "Int", 90, None),
		("on_time", _("Done on Time"), "Int", 110, None),
		("late", _("Done Late"), "Int", 110, None),
		("overdue", figures.label("tasks_overdue"), "Int", 90, None),
		("rescheduled", _("Rescheduled"), "Int", 90, None),
		("rate", _("Punctuality (%)"), "Percent", 120, None),
	)
	return [
		{"fieldname": name, "label": label, "fieldtype": kind, "width": width, "options": options}
		for name, label, kind, width, options in labels
	]


def chart(found: list[dict]) -> dict | None:
	if not found:
		return None
	months = sorted({row.month for row in found})

	def total(month: str, field: str) -> int:
		return sum(row[field] for row in found if row.month == month)

	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"data": {
			"labels": months,
			"datasets": [
				{"name": _("Done on Time"), "values": [total(month, "on_time") for month in months]},
				{"name": _("Done Late"), "values": [total(month, "late") for month in months]},
				{
					"name": figures.label("tasks_overdue"),
					"values": [total(month, "overdue") for month in months],
				},
			],
		},
		"colors": ["#29a56c", "#f5a623", "#e24c4c"],
	}
