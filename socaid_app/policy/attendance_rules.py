"""A working day from what is known of it: arrivals and departures at any place, leave, the calendar (服务方案第五章考勤).

Moments are local times without a zone. A working day ends at :data:`DAY_BEGINS` of the next morning, so a late visit
belongs to the day on which it began, and nothing that is missing on one day touches another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

SOURCE = "服务方案第五章"
DAY_BEGINS = time(4)
AT_WORK, PRESENT, LATE, LEFT_EARLY, MARK_MISSING = (
	"At Work",
	"Present",
	"Late",
	"Left Early",
	"Mark Missing",
)
ABSENT, ON_LEAVE, EXTRA, DAY_OFF = "Absent", "On Leave", "Worked on a Day Off", "Day Off"
WHOLE_DAY, MORNING, AFTERNOON = "Whole Day", "Morning", "Afternoon"
# What a day of leave is called that is work elsewhere.
TRIP = "Official Trip"


class Mark(NamedTuple):
	"""Somebody arrived (or left) at a place; ``visit``: at a family's home."""

	at: datetime
	arrives: bool = True
	place: str = ""
	visit: bool = False


@dataclass(frozen=True)
class Hours:
	"""When work begins and ends, and how many minutes' difference are none."""

	begins: time = time(8, 30)
	ends: time = time(17)
	grace: int = 10


@dataclass(frozen=True)
class Day:
	status: str
	first_in: datetime | None = None
	last_out: datetime | None = None
	minutes: int = 0
	late: int = 0
	early: int = 0
	missing: str = ""
	visits: int = 0
	places: tuple[str, ...] = ()


def working_day(moment: datetime) -> date:
	"""The working day to which a moment belongs."""
	return (moment - timedelta(hours=DAY_BEGINS.hour)).date()


def hours_of(text: str, grace: int) -> Hours:
	"""``text``: "08:30-17:00". Raises ValueError."""
	begins, _dash, ends = text.partition("-")
	hours = Hours(time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip()), grace)
	if hours.begins >= hours.ends:
		raise ValueError(text)
	return hours


def judge(
	day: date, marks: Iterable[Mark], works: bool, leave: Iterable[str], hours: Hours, over: bool
) -> Day | None:
	"""The day; None while there is nothing to say of it yet. ``works``: a working day of the calendar; ``leave``: the
	parts of the day with approved leave; ``over``: nothing more can come.

	Whoever arrived is present until they leave, visits on the way included. An arrival that nothing follows is a missing
	mark at the end of the day; its time counts nothing until somebody corrects it.
	"""
	marks, parts = sorted(set(marks)), set(leave)
	away = WHOLE_DAY in parts or {MORNING, AFTERNOON} <= parts
	if not marks:
		if works and away:
			return Day(ON_LEAVE)
		if not over:
			return None
		if not works:
			return Day(DAY_OFF)
		return Day(ON_LEAVE if parts else ABSENT)
	minutes, there, before = 0, {True: False, False: False}, None
	for mark in marks:
		if any(there.values()):
			minutes += int((mark.at - before).total_seconds() // 60)
		there[mark.visit] = mark.arrives
		before = mark.at
	# who goes home from a visit was seen last when it ended
	still_there = marks[-1].arrives or there[marks[-1].visit]
	missing = "Check Out" if still_there and over else "" if marks[0].arrives else "Check In"
	first_in = next((mark.at for mark in marks if mark.arrives), None)
	last_out = None if still_there else marks[-1].at
	late = early = 0
	if works and not away:
		begins, ends = _expected(day, parts, hours)
		late = _beyond(first_in - begins, hours.grace) if marks[0].arrives else 0
		early = _beyond(ends - last_out, hours.grace) if last_out and over else 0
	return Day(
		_status(works and not away, missing, late, early, over),
		first_in,
		last_out,
		minutes,
		late,
		early,
		missing,
		sum(mark.visit and mark.arrives for mark in marks),
		tuple(dict.fromkeys(mark.place for mark in marks if mark.place and not mark.visit)),
	)


def _expected(day: date, parts: set[str], hours: Hours) -> tuple[datetime, datetime]:
	begins, ends = datetime.combine(day, hours.begins), datetime.combine(day, hours.ends)
	noon = begins + (ends - begins) / 2
	return noon if MORNING in parts else begins, noon if AFTERNOON in parts else ends


def _beyond(difference: timedelta, grace: int) -> int:
	minutes = int(difference.total_seconds() // 60)
	return minutes if minutes > grace else 0


def _status(due: bool, missing: str, late: int, early: int, over: bool) -> str:
	if missing and (over or missing == "Check In"):
		return MARK_MISSING
	if not due:
		return EXTRA
	if late:
		return LATE
	if not over:
		return AT_WORK
	return LEFT_EARLY if early else PRESENT
