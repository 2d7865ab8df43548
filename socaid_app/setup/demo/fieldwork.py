"""What goes on in the demo county's villages: visits of the past year, this month's round, a few visits to make."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

import frappe
from frappe.utils import add_months, get_first_day

from socaid_app.field_visits import coverage, planning, visits
from socaid_app.setup.demo import bulk
from socaid_app.setup.demo.staff import StaffMember

VISITING_ROLES = ("Field Investigator", "Village Assistant", "Township Officer")
# Of ten households, this many were visited within the year; the others are what the coverage report shows.
VISITED_OF_TEN = 8
VISITS_TO_MAKE = 8


def load(members: list[StaffMember], seed: int, today: date) -> dict[str, int]:
	"""Officers, past visits and a round for the townships whose staff the demo shows; returns what was added."""
	rng = Random(f"{seed}:fieldwork")
	townships = sorted({member.division for member in members if member.shown and len(member.division) == 12})
	townships = [
		code
		for code in townships
		if frappe.db.get_value("Administrative Division", code, "level") == "Township"
	]
	added = {"Home Visit": 0, "Screening Task": 0}
	for township in townships:
		officers = _officers(
			[member for member in members if member.shown and member.role in VISITING_ROLES], township, today
		)
		if len(officers) < 2:
			continue
		added["Home Visit"] += _past_visits(township, officers, rng, today)
		added["Screening Task"] += _round(township, officers, today)
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
		fields=["name", "head_name", "division", "current_benefit"],
		order_by="name",
	)
	there = frappe.db.count("Home Visit")
	rows, team = [], []
	for household in households:
		if rng.random() * 10 >= VISITED_OF_TEN:
			continue
		day = today - timedelta(days=rng.randrange(20, 360))
		began = datetime.combine(day, time(9)) + timedelta(minutes=rng.randrange(420))
		name = f"ZF-{day.year}-{there + len(rows) + 1:06d}"
		rows.append(
			{
				**_row(name, began),
				"household": household.name,
				"head_name": household.head_name,
				"division": household.division,
				"township": township,
				"purpose": "Regular Visit",
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
	return len(rows)


def _row(name: str, when: datetime) -> dict:
	return {
		"name": name,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"creation": when,
		"modified": when,
		"docstatus": 0,
	}


def _round(township: str, officers: list[str], today: date) -> int:
	"""This month's round with a task for every household, and today's visits planned for the first of them."""
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
	return frappe.db.count("Screening Task", {"cycle": cycle.name})
