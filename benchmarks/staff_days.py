"""Attendance of a thousand people over a month: computed at once, and again where something changed."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from time import perf_counter
from typing import TYPE_CHECKING

import frappe
from frappe.utils import add_days, getdate, now_datetime, today

from socaid_app.field_visits import employment
from socaid_app.service_management import attendance
from socaid_demo import bulk

if TYPE_CHECKING:
	from benchmarks.measure import Table

PEOPLE, DAYS, CORRECTED = 1000, 31, 500
BAR, INCREMENTAL_BAR = 10.0, 5.0
TOWNSHIP = "220422201000"


def measure(table: Table) -> None:
	until = getdate(add_days(today(), -1))
	since = until - timedelta(days=DAYS - 1)
	names = fill(since, until)
	size = f"{PEOPLE:,} people × {DAYS} days"
	keys = {(name, since + timedelta(days=n)) for name in names for n in range(DAYS)}
	began = perf_counter()
	count = attendance.compute(keys)
	seconds = perf_counter() - began
	frappe.db.commit()
	table.add("attendance: all days", size, f"{seconds:.1f} s, {count:,} days", seconds, BAR)
	correct(names, since)
	frappe.db.sql(f"update `tab{attendance.DAY}` set computed_at = %s", add_days(now_datetime(), -1))
	frappe.db.commit()
	began = perf_counter()
	changed = attendance.compute(attendance.changed(since, until))
	seconds = perf_counter() - began
	frappe.db.commit()
	table.add(
		"attendance: what changed",
		f"{CORRECTED} corrections",
		f"{seconds:.2f} s, {changed:,} days",
		seconds,
		INCREMENTAL_BAR,
	)


def fill(since: date, until: date) -> list[str]:
	"""People with two marks or four a day, and leave, written as rows a week ago."""
	dice, writer = random.Random(5), bulk.Inserts()
	names = [f"BENCH-{number:04d}" for number in range(PEOPLE)]
	writer.write(
		employment.DOCTYPE,
		[
			row(name, since)
			| {
				"officer_name": name,
				"employer": employment.CONTRACTOR,
				"stage": employment.IN_POST,
				"active": 1,
				"joined_on": since,
				"division": TOWNSHIP,
				"township": TOWNSHIP,
			}
			for name in names
		],
	)
	marks = []
	for name in names:
		for n in range(DAYS):
			day = since + timedelta(days=n)
			clocks = [(8, attendance.CHECK_IN), (17, attendance.CHECK_OUT)]
			if dice.random() < 0.3:
				clocks[1:1] = [(11, attendance.CHECK_OUT), (13, attendance.CHECK_IN)]
			for hour, kind in clocks:
				if dice.random() > 0.02:
					at = datetime.combine(day, time(hour, dice.randrange(60)))
					marks.append(
						row(f"{name}-{n}-{hour}", since)
						| {"officer": name, "kind": kind, "at": at, "day": day}
					)
	writer.write(attendance.MARK, marks)
	writer.write(
		attendance.REQUEST,
		[
			row(f"L-{name}", since)
			| {
				"officer": name,
				"kind": attendance.LEAVE,
				"leave_kind": "Annual Leave",
				"status": attendance.APPROVED,
				"from_day": since + timedelta(days=dice.randrange(DAYS - 3)),
				"to_day": None,
				"part": "Whole Day",
			}
			for name in names[: PEOPLE // 2]
		],
	)
	frappe.db.commit()
	return names


def correct(names: list[str], since: date) -> None:
	dice = random.Random(6)
	bulk.Inserts().write(
		attendance.REQUEST,
		[
			row(f"C-{name}", now_datetime())
			| {
				"officer": name,
				"kind": attendance.CORRECTION,
				"status": attendance.APPROVED,
				"from_day": since + timedelta(days=dice.randrange(DAYS)),
				"left_at": "17:30",
			}
			for name in names[:CORRECTED]
		],
	)


def row(name: str, written: date | datetime) -> dict:
	return {
		"name": name,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"creation": written,
		"modified": written,
		"docstatus": 0,
	}
