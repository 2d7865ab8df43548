"""The records of a day as the search sees them (routing.py): stops, teams, and what has begun already."""

from dataclasses import dataclass, replace

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, get_datetime, getdate

from socaid_app.field_visits import routing, visits
from socaid_app.field_visits.route_stops import by_name, position, visits_of
from socaid_app.field_visits.times_of_day import minute

# A visit in one of these has been made or is being made: nobody plans it any more.
BEGUN = (visits.UNDER_WAY, visits.FINISHED, visits.REVIEWED)
DEFAULT_SPEED = 30.0
CANCELLED, MOVED = "cancelled", "moved to another day"


def reasons() -> dict[str, str]:
	"""Why a stop is in nobody's round, as staff read it."""
	return {
		routing.NO_COORDINATES: _("no coordinates; enter them in the household's file"),
		routing.AGREED_TIME: _("no team can keep the agreed time"),
		routing.TOO_LONG: _("too far or too long for the working hours"),
		routing.TIME_SHORT: _("the day is full; add a team or choose another day"),
		CANCELLED: _("the visit was cancelled"),
		MOVED: _("the visit was moved to another day"),
	}


@dataclass(frozen=True)
class Day:
	"""The records as the search sees them: ``kept`` rows have begun, ``gone`` rows are no longer visited that day
	(row → why), ``stops`` are the others by the name of their row."""

	teams: list[routing.Team]
	stops: dict[str, routing.Stop]
	kept: list[Document]
	gone: dict[str, str]
	conditions: routing.Conditions
	records: dict[str, frappe._dict]

	@classmethod
	def of(cls, doc: Document, resume_at: str | None = None) -> "Day":
		records = visits_of([row.visit for row in doc.stops])
		villages = by_name(
			"Administrative Division",
			{doc.division} | {record.division for record in records.values() if record.division},
			["latitude", "longitude"],
		)
		kept, gone, stops = [], {}, {}
		for row in doc.stops:
			record = records[row.visit]
			if record.status in BEGUN:
				kept.append(row)
			elif record.status == visits.CANCELLED:
				gone[row.name] = CANCELLED
			elif getdate(record.planned_on) != getdate(doc.planned_on):
				gone[row.name] = MOVED
			else:
				stops[row.name] = _stop(row, record, villages)
		conditions = routing.Conditions(
			flt(doc.speed) or DEFAULT_SPEED, routing.LUNCH if cint(doc.lunch) else None
		)
		seat = position(villages.get(doc.division))
		teams = [_team(row, kept, records, seat, minute(resume_at)) for row in doc.teams]
		return cls(teams, stops, kept, gone, conditions, records)


def _stop(row: Document, record, villages: dict) -> routing.Stop:
	begins, latest = minute(row.window_from), minute(row.window_to)
	window = None
	if begins is not None or latest is not None:
		window = (begins or 0, routing.DAY if latest is None else latest)
	return routing.Stop(
		name=row.name,
		minutes=cint(row.minutes) or 60,
		priority=cint(row.priority),
		# Without coordinates of its own a home is looked for in the middle of its village.
		position=position(row) or position(villages.get(record.division)),
		village=record.division or "",
		window=window,
	)


def _team(row: Document, kept: list, records: dict, seat, resume: int | None) -> routing.Team:
	"""A team sets out where and when its last begun visit ends."""
	home = position(row) or seat
	team = routing.Team(row.team_name, minute(row.starts_at), minute(row.ends_at), home, home)
	begun = sorted((stop for stop in kept if stop.team == row.team_name), key=lambda stop: stop.sequence)
	if begun:
		team = replace(
			team,
			start=position(begun[-1]) or home,
			starts=max(_ended(stop, records[stop.visit]) for stop in begun),
		)
	return replace(team, starts=max(team.starts, resume)) if resume is not None else team


def _ended(stop: Document, record) -> int:
	if record.check_out_at:
		return minute(get_datetime(record.check_out_at).strftime("%H:%M"))
	began = minute(get_datetime(record.check_in_at).strftime("%H:%M")) if record.check_in_at else None
	return max(minute(stop.leaves_at) or 0, (began or 0) + cint(stop.minutes))


def begun_rows(doc: Document) -> list[Document]:
	records = visits_of([row.visit for row in doc.stops])
	return [row for row in doc.stops if records[row.visit].status in BEGUN]
