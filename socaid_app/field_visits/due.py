"""What of the rounds waits for somebody: stages for their owners, open tasks for their officers.

Hook ``socaid_due_items``. A township may have hundreds of tasks due on one day; its officers get one reminder
a day each, not hundreds.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Min

from socaid_app.assistance_intake.reminders import Due
from socaid_app.casework.people import Directory
from socaid_app.casework.places import division_names
from socaid_app.field_visits import planning

LIVE = (planning.GENERATING, planning.RUNNING)


def due_items(until: date) -> list[Due]:
	"""Everything open that is due on or before ``until``."""
	return [
		*_stages(until),
		*_tasks_of_officers(until),
		*_tasks_of_nobody(until),
		*_sampled_cases(until),
	]


def _sampled_cases(until: date) -> list[Due]:
	"""Cases of a month that the county has drawn and not looked at: one reminder a draw, to its reviewers."""
	item, check = frappe.qb.DocType("Spot Check Item"), frappe.qb.DocType("Spot Check")
	rows = (
		frappe.qb.from_(item)
		.join(check)
		.on(check.name == item.spot_check)
		.select(
			check.name, check.title, check.division, check.creation, item.due_on, Count("*").as_("waiting")
		)
		.where(item.application.isnotnull() & (item.status != "Done") & (item.due_on <= until))
		.groupby(check.name, check.title, check.division, check.creation, item.due_on)
		.orderby(check.name)
		.run(as_dict=True)
	)
	reviewers = Directory().users(["County Reviewer"], rows[0].division) if rows else []
	return [
		Due.of_record(
			"Spot Check",
			row.name,
			row.title,
			_("{0} sampled cases to visit").format(row.waiting),
			row.due_on,
			row.division,
			row.creation,
			reviewers,
		)
		for row in rows
	]


def _stages(until: date) -> list[Due]:
	"""Stages of one round that are due on one day make one reminder, to their owners or whoever planned it."""
	cycle, stage = frappe.qb.DocType(planning.CYCLE), frappe.qb.DocType(planning.STAGE)
	rows = (
		frappe.qb.from_(stage)
		.join(cycle)
		.on((cycle.name == stage.parent) & (stage.parenttype == planning.CYCLE))
		.select(
			cycle.name,
			cycle.title,
			cycle.division,
			cycle.owner,
			cycle.creation,
			stage.stage,
			stage.due_on,
			stage.owner_user,
		)
		.where(cycle.status.isin([planning.DRAFT, *LIVE]))
		.where(stage.done_on.isnull() & (stage.due_on <= until))
		.orderby(cycle.name, stage.due_on, stage.idx)
		.run(as_dict=True)
	)
	found: dict[tuple[str, date], list] = {}
	for row in rows:
		found.setdefault((row.name, row.due_on), []).append(row)
	return [
		Due.of_record(
			planning.CYCLE,
			name,
			lines[0].title,
			"、".join(_(line.stage) for line in lines),
			due_on,
			lines[0].division,
			lines[0].creation,
			[line.owner_user or line.owner for line in lines],
		)
		for (name, due_on), lines in found.items()
	]


def _tasks_of_officers(until: date) -> list[Due]:
	task, officer = frappe.qb.DocType(planning.TASK), frappe.qb.DocType("Visit Officer")
	rows = (
		_open_tasks(until)
		.join(officer)
		.on(officer.name == task.officer)
		.select(
			officer.name,
			officer.officer_name,
			officer.user,
			officer.division,
			task.due_on,
			Count("*").as_("waiting"),
			Min(task.creation).as_("since"),
		)
		.groupby(officer.name, officer.officer_name, officer.user, officer.division, task.due_on)
		.orderby(officer.name, task.due_on)
		.run(as_dict=True)
	)
	return [
		Due.of_record(
			"Visit Officer",
			row.name,
			row.officer_name,
			_("{0} households to visit").format(row.waiting),
			row.due_on,
			row.division,
			row.since,
			[row.user],
		)
		for row in rows
	]


def _tasks_of_nobody(until: date) -> list[Due]:
	"""Tasks that nobody was given are a matter of the township's officers."""
	task = frappe.qb.DocType(planning.TASK)
	rows = (
		_open_tasks(until)
		.select(task.township, task.due_on, Count("*").as_("waiting"), Min(task.creation).as_("since"))
		.where(task.officer.isnull())
		.groupby(task.township, task.due_on)
		.orderby(task.township, task.due_on)
		.run(as_dict=True)
	)
	names = division_names(row.township for row in rows)
	return [
		Due.of_record(
			"Administrative Division",
			row.township,
			names.get(row.township, row.township),
			_("{0} households to visit, not assigned").format(row.waiting),
			row.due_on,
			row.township,
			row.since,
			[],
		)
		for row in rows
		if row.township
	]


def _open_tasks(until: date):
	task, cycle = frappe.qb.DocType(planning.TASK), frappe.qb.DocType(planning.CYCLE)
	return (
		frappe.qb.from_(task)
		.join(cycle)
		.on(cycle.name == task.cycle)
		.where(cycle.status.isin(LIVE) & task.status.isin(planning.OPEN_TASKS) & (task.due_on <= until))
	)
