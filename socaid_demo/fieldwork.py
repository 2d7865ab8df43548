"""What goes on in the demo county's villages: visits of the past year in every township; in those whose staff the demo
shows, this month's round, most of it done, with a few visits to make and a few that are late."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

import frappe
from frappe.utils import add_months, get_first_day, getdate

from socaid_app.field_visits import coverage, planning, visits
from socaid_demo import bulk, county_staff
from socaid_demo.county_staff import StaffMember

VISITING_ROLES = ("Field Investigator", "Village Assistant", "Township Officer")
# Of ten households, this many were visited within the year; the others are what the coverage report shows.
VISITED_OF_TEN = 9
VISITS_TO_MAKE = 8
# Of this month's tasks, those that are not done yet beside the visits to make today: one in so many.
ONE_WAITS_OF = 16
# By when a round is as good as done.
ROUND_DAYS = 25


def load(members: list[StaffMember], seed: int, today: date) -> dict[str, int]:
	"""Officers and past visits of every township, a round for those whose staff the demo shows; returns what was
	added."""
	rng = Random(f"{seed}:fieldwork")
	shown = {member.division for member in members if member.shown}
	added = {"Home Visit": 0, "Screening Task": 0}
	for township in county_staff.townships():
		officers = _officers([member for member in members if member.role in VISITING_ROLES], township, today)
		added["Home Visit"] += _past_visits(township, officers, rng, today)
		if township in shown:
			added["Screening Task"] += _round(township, officers, rng, today)
	coverage.refresh_last_visits()
	return added


def _officers(members: list[StaffMember], township: str, today: date) -> list[str]:
	here = [member for member in members if member.division.startswith(township[:9])]
	return [
		frappe.get_doc(
			{
				"doctype": "Visit Officer",
				"officer_name": member.full_name,
				"user": member.user,
				"employer": "Village" if member.role == "Village Assistant" else "Township Office",
				"division": township,
				"trained_on": add_months(today, -3),
				"training_valid_until": add_months(today, 9),
				"background_checked_on": add_months(today, -10),
				"background_valid_until": add_months(today, 26),
				"health_checked_on": add_months(today, -5),
				"health_valid_until": add_months(today, 7),
				"communication_device": f"DJ-{number:02d}",
			}
		)
		.insert(ignore_permissions=True)
		.name
		for number, member in enumerate(here, 1)
	]


def _past_visits(township: str, officers: list[str], rng: Random, today: date) -> int:
	"""Reviewed visits as rows: their forms are not what the demo shows, their dates are."""
	households = frappe.get_all(
		"Recipient Household",
		filters={"township": township, "status": "Active", "current_benefit": ["is", "set"]},
		fields=["name", "head_name", "division", "township"],
		order_by="name",
	)
	made = [
		(household, today - timedelta(days=rng.randrange(20, 360)))
		for household in households
		if rng.random() * 10 < VISITED_OF_TEN
	]
	_write_visits(made, officers, rng, "Regular Visit")
	return len(made)


def _write_visits(made: list[tuple], officers: list[str], rng: Random, purpose: str) -> list[str]:
	"""Reviewed visits as rows, ``made`` of (household, day); returns their names."""
	there = frappe.db.count("Home Visit")
	rows, team = [], []
	for number, (household, day) in enumerate(made, there + 1):
		began = datetime.combine(day, time(9)) + timedelta(minutes=rng.randrange(420))
		name = f"ZF-{day.year}-{number:06d}"
		rows.append(
			{
				**_row(name, began),
				"household": household.name,
				"head_name": household.head_name,
				"division": household.division,
				"township": household.township,
				"purpose": purpose,
				"form_kind": "Dibao",
				"status": visits.REVIEWED,
				"planned_on": day,
				"risk_level": "Low",
				"reception": "At Home",
				"conclusion": "Unchanged",
				"check_in_at": began,
				"check_out_at": began + timedelta(minutes=rng.randrange(25, 70)),
			}
		)
		team += [
			{
				**_row(f"{name}-{position}", began),
				"parent": name,
				"parenttype": "Home Visit",
				"parentfield": "visitors",
				"idx": position,
				"officer": officer,
				"officer_name": frappe.get_cached_value("Visit Officer", officer, "officer_name"),
				"signed": 1,
			}
			for position, officer in enumerate(rng.sample(officers, 2), 1)
		]
	writer = bulk.Inserts()
	writer.write("Home Visit", rows)
	writer.write("Home Visit Visitor", team)
	for year in {row["planned_on"].year for row in rows}:
		bulk.advance_series({f"ZF-{year}-": there + len(rows)})
	return [row["name"] for row in rows]


def _row(name: str, when: datetime) -> dict:
	return {
		"name": name,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"creation": when,
		"modified": when,
		"docstatus": 0,
	}


def _round(township: str, officers: list[str], rng: Random, today: date) -> int:
	"""This month's round with a task for every household: visits planned for today, most of the others made since it
	began, the rest waiting."""
	name = frappe.db.get_value("Administrative Division", township, "division_name")
	cycle = frappe.get_doc(
		{
			"doctype": "Screening Cycle",
			"title": f"{name}{today.year}年{today.month}月排查",
			"kind": "Monthly Check",
			"division": township,
			"starts_on": get_first_day(today),
		}
	).insert(ignore_permissions=True)
	planning.generate(cycle.name)
	tasks = frappe.get_all(
		"Screening Task",
		filters={"cycle": cycle.name, "status": "To Do"},
		pluck="name",
		order_by="division, name",
		limit=VISITS_TO_MAKE,
	)
	visits.plan_for_tasks(tasks, str(today), officers[:2])
	_make_visits_of(cycle, officers, rng, today)
	return frappe.db.count("Screening Task", {"cycle": cycle.name})


def _make_visits_of(cycle, officers: list[str], rng: Random, today: date) -> None:
	"""Visits on the days since the round began; on its first day there are none yet."""
	days = (today - getdate(cycle.starts_on)).days
	waiting = frappe.get_all(
		"Screening Task",
		filters={"cycle": cycle.name, "status": "To Do"},
		fields=["name as task", "household as name", "head_name", "division", "township"],
		order_by="name",
	)
	# the share that is done grows with the month
	share = (1 - 1 / ONE_WAITS_OF) * min(days / ROUND_DAYS, 1)
	made = [
		(task, today - timedelta(days=rng.randrange(1, days + 1)))
		for task in waiting
		if days and rng.random() < share
	]
	table = frappe.qb.DocType("Screening Task")
	names = _write_visits(made, officers, rng, "Screening")
	for (task, day), visit in zip(made, names, strict=True):
		done = {
			table.status: "Done",
			table.visit: visit,
			table.done_on: day,
			table.officer: rng.choice(officers),
		}
		query = frappe.qb.update(table).where(table.name == task.task)
		for column, value in done.items():
			query = query.set(column, value)
		query.run()
	stage = frappe.qb.DocType("Screening Stage")
	first = stage.stage == "Information Collection"
	(
		frappe.qb.update(stage)
		.set(stage.done_on, stage.due_on)
		.set(stage.status, "Done")
		.where((stage.parent == cycle.name) & first & (stage.due_on < today))
		.run()
	)
	planning.recount(cycle.name)
