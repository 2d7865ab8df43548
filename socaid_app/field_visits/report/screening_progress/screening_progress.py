"""How far the rounds are: tasks by township and officer, or the stages with their owners."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.utils import date_diff, getdate, today

from socaid_app import figures
from socaid_app.field_visits import planning, round_progress
from socaid_app.reporting import column

STAGES = "Stages"
SHOWN = ("tasks", "tasks_done", "tasks_overdue")


def execute(filters: dict | None = None):
	"""``filters``: cycle, township, officer, group_by (Township and Officer, Township, Officer, Stages)."""
	filters = frappe._dict(filters or {})
	if filters.group_by == STAGES:
		return stage_columns(), stages(filters)
	found = round_progress.rows(filters)
	return columns(filters), found, figures.meanings(*SHOWN), chart(found), summary(found)


def stages(filters: frappe._dict) -> list[dict]:
	"""The stages of rounds not cancelled, with owner, due date and how late they are in days."""
	cycle, stage = frappe.qb.DocType(planning.CYCLE), frappe.qb.DocType(planning.STAGE)
	wanted = [cycle.status != planning.CANCELLED]
	if filters.cycle:
		wanted.append(cycle.name == filters.cycle)
	found = (
		frappe.qb.from_(stage)
		.join(cycle)
		.on((cycle.name == stage.parent) & (stage.parenttype == planning.CYCLE))
		.select(
			cycle.name.as_("cycle"),
			cycle.title,
			stage.stage,
			stage.owner_user,
			stage.starts_on,
			stage.due_on,
			stage.done_on,
			stage.status,
		)
		.where(Criterion.all(wanted))
		.orderby(cycle.starts_on, order=frappe.qb.desc)
		.orderby(cycle.name, stage.idx)
		.run(as_dict=True)
	)
	for row in found:
		row.days_late = max(date_diff(row.done_on or getdate(today()), row.due_on), 0)
		row.stage, row.status = _(row.stage), _(row.status, context="Screening Stage")
	return found


def columns(filters: frappe._dict) -> list[dict]:
	keys = {
		"cycle": column("cycle", _("Screening Cycle"), "Link", 150, planning.CYCLE),
		"township": column("township_name", _("Township Division"), "Data", 140),
		"officer": column("officer", _("Responsible Officer"), "Link", 110, "Visit Officer"),
		"officer_name": column("officer_name", _("Officer Name"), "Data", 100),
	}
	return [
		*(keys[key] for key in round_progress.groups(filters)),
		column("total", _("Tasks"), "Int", 90),
		column("done", _("Done", context="Screening Cycle"), "Int", 90),
		column("open", _("Not Done"), "Int", 90),
		column("overdue", figures.label("tasks_overdue"), "Int", 90),
		column("cannot", _("Cannot Visit"), "Int", 90),
		column("left_out", _("Left Out"), "Int", 90),
		column("percent", figures.label("tasks_done"), "Percent", 90),
	]


def stage_columns() -> list[dict]:
	return [
		column("cycle", _("Screening Cycle"), "Link", 150, planning.CYCLE),
		column("title", _("Title", context="Screening Cycle"), "Data", 200),
		column("stage", _("Stage"), "Data", 110),
		column("owner_user", _("Responsible"), "Link", 160, "User"),
		column("starts_on", _("Starts On"), "Date", 110),
		column("due_on", _("Due On"), "Date", 110),
		column("done_on", _("Done On"), "Date", 110),
		column("status", _("Status"), "Data", 90),
		column("days_late", _("Days Late"), "Int", 90),
	]


def chart(found: list[dict]) -> dict | None:
	if not found:
		return None
	names = {
		"done": _("Done", context="Screening Cycle"),
		"open": _("Not Done"),
		"cannot": _("Cannot Visit"),
		"left_out": _("Left Out"),
	}
	return {
		"type": "percentage",
		"data": {
			"labels": list(names.values()),
			"datasets": [{"values": [sum(row[key] for row in found) for key in names]}],
		},
	}


def summary(found: list[dict]) -> list[dict]:
	def total(field: str) -> int:
		return sum(row[field] for row in found)

	return [
		{"value": total("total"), "label": _("Tasks"), "datatype": "Int", "indicator": "Blue"},
		{
			"value": total("done"),
			"label": _("Done", context="Screening Cycle"),
			"datatype": "Int",
			"indicator": "Green",
		},
		{
			"value": total("overdue"),
			"label": figures.label("tasks_overdue"),
			"datatype": "Int",
			"indicator": "Red",
		},
		{"value": total("left_out"), "label": _("Left Out"), "datatype": "Int", "indicator": "Gray"},
	]
