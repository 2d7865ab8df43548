"""Route plans: the day's home visits, ordered per team, timed, released to the officers.

The search is in :mod:`routing`, which knows nothing of records; here records become its stops and teams, and its
rounds become rows, times and visitors again. Whatever a client sends for the fields of :data:`TIMED` is put back
by the controller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, cstr, flt, get_datetime, getdate

from socaid_app.casework import messages
from socaid_app.casework.records import step
from socaid_app.field_visits import routing, visits
from socaid_app.permissions.divisions import bounds

PLAN, STOP, TEAM, VISIT = "Route Plan", "Route Stop", "Route Team", "Home Visit"
DRAFT, PLANNED, RELEASED = "Draft", "Planned", "Released"
# What the timetable sets, in rows of stops and of teams.
TIMED = ("sequence", "arrives_at", "leaves_at", "travel_minutes", "kilometres", "reason")
TEAM_TIMED = ("visits", "kilometres", "back_at")
# A visit in one of these has been made or is being made: nobody plans it any more.
BEGUN = (visits.UNDER_WAY, visits.FINISHED, visits.REVIEWED)

# The search takes this long at most; a day with more stops goes to a background job, which may take longer.
INLINE_STOPS, INLINE_SECONDS, JOB_SECONDS = 40, 5.0, 60.0
DEFAULT_SPEED = 30.0
URGENCY = {"Complaint": 5, "Spot Check": 3, "Screening": 2, "Regular Visit": 2, "Callback Visit": 2}
OVERDUE_URGENCY, LEAST_URGENCY = 4, 1

TIME = re.compile(r"(\d{1,2}):(\d{2})(:\d{2}(\.\d+)?)?$")
CANCELLED, MOVED = "cancelled", "moved to another day"


class RoutesUnavailable(frappe.ValidationError):
	pass


class NothingToPlan(frappe.ValidationError):
	pass


class VisitAlreadyBegun(frappe.ValidationError):
	pass


class OrderImpossible(frappe.ValidationError):
	pass


class NotYetPlanned(frappe.ValidationError):
	pass


class TimeUnreadable(frappe.ValidationError):
	pass


class ReasonMissing(frappe.ValidationError):
	pass


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


# --- the day's visits -----------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def fill(route_plan: str) -> int:
	"""Bring in the day's planned visits of the area that stand in no plan of that day; returns how many."""
	doc = _open(route_plan)
	low, high = bounds(doc.division)
	names = frappe.get_list(
		VISIT,
		filters=[
			["status", "=", visits.PLANNED],
			["planned_on", "=", doc.planned_on],
			["division", ">=", low],
			["division", "<=", high],
		],
		pluck="name",
		order_by="division, name",
		limit_page_length=0,
	)
	known = {row.visit for row in doc.stops} | set(in_other_plans(doc, names))
	new = [name for name in names if name not in known]
	for values in stops_of(new):
		doc.append("stops", values)
	if new:
		doc.save()
	return len(new)


def in_other_plans(doc: Document, names: list[str]) -> dict[str, str]:
	"""Visits that stand in another plan of the same day → that plan."""
	if not names:
		return {}
	stop, other = frappe.qb.DocType(STOP), frappe.qb.DocType(PLAN)
	rows = (
		frappe.qb.from_(stop)
		.join(other)
		.on(other.name == stop.parent)
		.select(stop.visit, other.name)
		.where(stop.visit.isin(names))
		.where(other.planned_on == getdate(doc.planned_on))
		.where(other.name != cstr(doc.name))
	).run()
	return dict(rows)


def stops_of(names: list[str]) -> list[dict]:
	"""Rows of the stops table for visits, in the order given."""
	rows = _visits(names)
	homes = _by_name(
		"Recipient Household", {row.household for row in rows.values()}, ["latitude", "longitude", "address"]
	)
	tasks = _by_name("Screening Task", {row.task for row in rows.values() if row.task}, ["due_on"])
	return [_stop_row(rows[name], homes, tasks) for name in names if name in rows]


def _stop_row(visit, homes: dict, tasks: dict) -> dict:
	home, task = homes.get(visit.household, frappe._dict()), tasks.get(visit.task, frappe._dict())
	urgency = URGENCY.get(visit.purpose, LEAST_URGENCY)
	if cint(visit.reschedule_count) or (task.due_on and getdate(task.due_on) <= getdate(visit.planned_on)):
		urgency = max(urgency, OVERDUE_URGENCY)
	return {
		"visit": visit.name,
		"head_name": visit.head_name,
		"address": cstr(visit.address or home.address)[:140],
		"latitude": home.latitude,
		"longitude": home.longitude,
		"minutes": cint(visit.expected_minutes) or 60,
		"priority": urgency,
	}


def _visits(names: list[str]) -> dict[str, frappe._dict]:
	fields = ["household", "head_name", "address", "purpose", "task", "division", "status", "planned_on"]
	fields += ["expected_minutes", "reschedule_count", "check_in_at", "check_out_at"]
	return _by_name(VISIT, names, fields)


def _by_name(doctype: str, names, fields: list[str]) -> dict[str, frappe._dict]:
	if not names:
		return {}
	rows = frappe.get_all(
		doctype, filters={"name": ("in", sorted(names))}, fields=["name", *fields], order_by="name"
	)
	return {row.name: row for row in rows}


# --- the order ------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def plan(route_plan: str) -> dict:
	"""Order the day anew; large days go to a background job. Returns {"queued": 0 or 1}.

	Raises :class:`VisitAlreadyBegun` when a visit is under way: then :func:`replan` keeps what has begun.
	"""
	doc = _open(route_plan)
	_require_stops(doc)
	begun = _begun(doc)
	if begun:
		frappe.throw(
			_("These visits have begun: {0}. Use “Plan the Rest Again”, which keeps them.").format(
				"、".join(row.head_name or row.visit for row in begun)
			),
			VisitAlreadyBegun,
		)
	return _order_or_queue(doc)


@frappe.whitelist(methods=["POST"])
def replan(route_plan: str, reason: str, resume_at: str | None = None) -> dict:
	"""After a cancelled visit or bad weather: keep what has begun, order the rest anew.

	``resume_at`` (HH:MM) is when the teams can go on at the earliest. The plan has to be released again.
	"""
	doc = _open(route_plan)
	_require_stops(doc)
	reason = (reason or "").strip()
	if not reason:
		frappe.throw(_("State the reason."), ReasonMissing)
	doc.add_comment("Info", _("Planned again: {0}").format(frappe.utils.escape_html(reason)))
	return _order_or_queue(doc, resume_at)


def _require_stops(doc: Document) -> None:
	if not doc.teams:
		frappe.throw(_("Enter the teams first: two officers each, with their hours."), NothingToPlan)
	if not doc.stops:
		frappe.throw(_("There are no stops yet. Use “Bring In the Day's Visits” first."), NothingToPlan)


def _order_or_queue(doc: Document, resume_at: str | None = None) -> dict:
	if len(doc.stops) <= INLINE_STOPS:
		order(doc, INLINE_SECONDS, resume_at)
		return {"queued": 0}
	frappe.enqueue(
		"socaid_app.field_visits.routes.order_in_background",
		queue="long",
		route_plan=doc.name,
		resume_at=resume_at,
		job_id=f"route-plan-{doc.name}",
		deduplicate=True,
		enqueue_after_commit=True,
	)
	return {"queued": 1}


def order_in_background(route_plan: str, resume_at: str | None = None) -> None:
	"""The job of :func:`plan`; what goes wrong is told to the one who asked for it."""
	try:
		doc = _open(route_plan)
		order(doc, JOB_SECONDS, resume_at, lambda percent: _show_progress(doc, percent))
	except frappe.ValidationError as error:
		frappe.db.rollback()
		text = _("Route plan {0} could not be computed: {1}").format(route_plan, str(error))
		messages.tell_staff([frappe.session.user], text, PLAN, route_plan)


def _show_progress(doc: Document, percent: float) -> None:
	frappe.publish_progress(percent, title=_("Ordering the Visits"), doctype=doc.doctype, docname=doc.name)


def order(doc: Document, seconds: float, resume_at: str | None = None, progress=lambda percent: None) -> None:
	"""Search the order of all stops that have not begun, and write rows, times and visitors."""
	day = Day.of(doc, resume_at)
	progress(5)
	try:
		found = routing.plan(day.teams, day.stops.values(), day.conditions, seconds)
	except routing.RoutingLibraryMissing:
		frappe.throw(
			_(
				"Routes cannot be computed because the routing library is missing on the server. Ask the"
				" administrator to run “bench pip install ortools” and to restart. Until then order the stops"
				" by hand and use “Compute Times Again”."
			),
			RoutesUnavailable,
		)
	except routing.NothingFound:
		frappe.throw(
			_("There are too many stops for one plan. Divide the area among several plans."),
			RoutesUnavailable,
		)
	progress(60)
	_write(doc, day, found.rounds, found.unplaced)
	progress(100)


@frappe.whitelist(methods=["POST"])
def retime(route_plan: str) -> None:
	"""Reckon the times again for the order and the teams as staff have set the rows.

	Raises :class:`OrderImpossible` when a team would come too late somewhere.
	"""
	doc = _open(route_plan)
	_require_stops(doc)
	day = Day.of(doc)
	rounds = []
	for team in day.teams:
		wanted = [day.stops[row.name] for row in doc.stops if row.team == team.name and row.name in day.stops]
		rounds.append(routing.follow(team, wanted, day.conditions))
	late = {name for one in rounds for name in one.late}
	if late:
		frappe.throw(
			_(
				"In this order these visits end after hours or miss the agreed time: {0}. Change the order, move"
				" them to another team or extend its hours."
			).format("、".join(row.head_name or row.visit for row in doc.stops if row.name in late)),
			OrderImpossible,
		)
	without = {
		row.name: row.reason or routing.TIME_SHORT
		for row in doc.stops
		if row.name in day.stops and not row.team
	}
	_write(doc, day, rounds, without)


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
	def of(cls, doc: Document, resume_at: str | None = None) -> Day:
		records = _visits([row.visit for row in doc.stops])
		villages = _by_name(
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


def _begun(doc: Document) -> list[Document]:
	records = _visits([row.visit for row in doc.stops])
	return [row for row in doc.stops if records[row.visit].status in BEGUN]


# --- writing it down ------------------------------------------------------------------------------------
def _write(doc: Document, day: Day, rounds, unplaced: dict[str, str]) -> None:
	rows = {row.name: row for row in doc.stops}
	why = {**unplaced, **day.gone}
	for name, reason in why.items():
		rows[name].update({**dict.fromkeys(TIMED), "team": "", "reason": reason})
	arranged = []
	for team, one in zip(doc.teams, rounds, strict=True):
		kept = sorted((row for row in day.kept if row.team == team.team_name), key=lambda row: row.sequence)
		for number, call in enumerate(one.calls, start=len(kept) + 1):
			rows[call.stop].update(
				{
					"team": team.team_name,
					"sequence": number,
					"arrives_at": clock(call.arrives),
					"leaves_at": clock(call.leaves),
					"travel_minutes": call.travel,
					"kilometres": call.kilometres,
					"reason": "",
				}
			)
		team.visits = len(kept) + len(one.calls)
		team.kilometres = sum(flt(row.kilometres) for row in kept) + one.kilometres
		team.back_at = clock(one.back) if team.visits else None
		arranged += [*kept, *(rows[call.stop] for call in one.calls)]
	arranged += [row for row in doc.stops if row not in arranged]
	for number, row in enumerate(arranged, start=1):
		row.idx = number
	doc.stops = arranged
	doc.unplaced = "\n".join(
		f"{row.head_name or row.visit}（{row.address or row.visit}）：{reasons()[why[row.name]]}"
		for row in arranged
		if row.name in why
	)
	doc.total_kilometres = sum(flt(team.kilometres) for team in doc.teams)
	doc.status = PLANNED
	with step(doc):
		doc.save()
	_tell_visits(doc, day)


def _tell_visits(doc: Document, day: Day) -> None:
	"""Each visit gets its time and its two visitors; what nobody visits any more loses its time."""
	officers = {team.team_name: [team.officer_1, team.officer_2] for team in doc.teams}
	for row in doc.stops:
		if row.name not in day.stops:
			continue
		if row.team:
			assign(row.visit, row.arrives_at, officers[row.team])
		else:
			assign(row.visit, None, None)


def assign(visit: str, start: str | None, officers: list[str] | None) -> None:
	"""Set when a planned visit begins and who makes it; nothing is saved when both are so already.

	Raises :class:`VisitAlreadyBegun` for a visit that is not planned any more.
	"""
	doc = frappe.get_doc(VISIT, visit, for_update=True)
	doc.check_permission("write")
	if doc.status != visits.PLANNED:
		frappe.throw(
			_("{0} is {1} by now and cannot be planned. Use “Plan the Rest Again”.").format(
				doc.head_name or visit, _(doc.status, context=doc.doctype)
			),
			VisitAlreadyBegun,
		)
	same = minute(doc.planned_start) == minute(start)
	if officers is not None and [row.officer for row in doc.visitors] != officers:
		same = False
		doc.set(
			"visitors",
			[{"officer": officer, "leader": int(not number)} for number, officer in enumerate(officers)],
		)
	if not same:
		doc.planned_start = start
		doc.save()


# --- handing it out -------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def release(route_plan: str) -> dict:
	"""Hand the plan to the officers: each with a user is notified.

	Returns {"told": [names], "untold": [names]}; the untold get the printed sheet only.
	"""
	doc = _open(route_plan)
	if doc.status != PLANNED:
		frappe.throw(
			_("Only a planned route is released. Order the visits, or compute the times again, first."),
			NotYetPlanned,
		)
	if not any(row.team for row in doc.stops):
		frappe.throw(_("No stop of this plan has a team; there is nothing to release."), NotYetPlanned)
	doc.status = RELEASED
	with step(doc):
		doc.save()
	return _tell_officers(doc)


def _tell_officers(doc: Document) -> dict:
	busy = {row.team for row in doc.stops if row.team}
	names = [
		name for team in doc.teams if team.team_name in busy for name in (team.officer_1, team.officer_2)
	]
	officers = _by_name("Visit Officer", names, ["officer_name", "user"])
	subject = _("Route sheet for {0}: {1}").format(getdate(doc.planned_on).isoformat(), doc.title)
	told, untold = [], []
	for name in names:
		officer = officers[name]
		failed = (
			not officer.user or messages.tell_staff([officer.user], subject, PLAN, doc.name)[officer.user]
		)
		(untold if failed else told).append(officer.officer_name)
	return {"told": told, "untold": untold}


# --- on paper -------------------------------------------------------------------------------------------
def route_sheets(doc: Document) -> list[dict]:
	"""For the print format, one per team with stops: {team, officers, stops, hours}.

	``officers`` are records of Visit Officer, ``stops`` the rows in order with the ``phone`` of the head of
	household (masked, as in the registry) and the ``area`` it lies in; ``hours`` is the whole round.
	"""
	heads = _heads([row.visit for row in doc.stops])
	officers = _by_name(
		"Visit Officer",
		[name for team in doc.teams for name in (team.officer_1, team.officer_2)],
		["officer_name", "phone"],
	)
	sheets = []
	for team in doc.teams:
		rows = sorted((row for row in doc.stops if row.team == team.team_name), key=lambda row: row.sequence)
		if rows:
			stops = [{**row.as_dict(), **heads.get(row.visit, {})} for row in rows]
			minutes = (minute(team.back_at) or 0) - (minute(team.starts_at) or 0)
			sheets.append(
				{
					"team": team,
					"officers": [officers.get(team.officer_1), officers.get(team.officer_2)],
					"stops": stops,
					"hours": round(minutes / 60, 1),
				}
			)
	return sheets


def _heads(names: list[str]) -> dict[str, dict]:
	"""visit → {phone, area} of the family it goes to."""
	if not names:
		return {}
	visit, home, person, area = (
		frappe.qb.DocType(doctype)
		for doctype in (VISIT, "Recipient Household", "Recipient", "Administrative Division")
	)
	rows = (
		frappe.qb.from_(visit)
		.join(home)
		.on(home.name == visit.household)
		.left_join(person)
		.on(person.name == home.head)
		.left_join(area)
		.on(area.name == visit.division)
		.select(visit.name, person.phone, area.division_name)
		.where(visit.name.isin(names))
	).run()
	return {name: {"phone": phone, "area": place} for name, phone, place in rows}


# --- shared ---------------------------------------------------------------------------------------------
def _open(route_plan: str) -> Document:
	doc = frappe.get_doc(PLAN, route_plan, for_update=True)
	doc.check_permission("write")
	return doc


def minute(value) -> int | None:
	"""A time of day as minutes since midnight: text like 9:30, or a timedelta from the database.

	Raises :class:`TimeUnreadable`.
	"""
	if value in (None, ""):
		return None
	if isinstance(value, timedelta):
		return int(value.total_seconds() // 60)
	read = TIME.match(str(value).strip().replace("：", ":"))
	if not read or int(read[1]) > 23 or int(read[2]) > 59:
		frappe.throw(_("{0} is not a time of day. Enter it like 09:30.").format(value), TimeUnreadable)
	return int(read[1]) * 60 + int(read[2])


def clock(minutes: int | None) -> str | None:
	"""Minutes since midnight as text: Frappe fills empty Time fields of rows with the present moment."""
	return None if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"


def position(row) -> routing.Position | None:
	"""Coordinates of a record. Zero means unknown: no county lies on the equator or the Greenwich meridian."""
	if not row or not flt(row.latitude) or not flt(row.longitude):
		return None
	return flt(row.latitude), flt(row.longitude)
