"""Attendance (考勤): days computed from check-ins at the office and at families, leave, corrections and the calendar.

Nothing of a day is entered: an *Attendance Mark* is written when somebody comes or goes, a visit has its own marks, an
*Attendance Request* that was approved is leave or a mark that was forgotten. :func:`compute` judges any set of days in
three queries and one upsert (policy/attendance_rules.py); whatever changed since is found by :func:`changed`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, getdate, now_datetime, today

from socaid_app.field_visits import employment
from socaid_app.policy import attendance_rules as law
from socaid_app.policy.attendance_rules import Mark
from socaid_app.socaid_app import rules

DAY, MARK, REQUEST = "Attendance Day", "Attendance Mark", "Attendance Request"
APPROVED = "Request Approved"
CHECK_IN, CHECK_OUT = "Check In", "Check Out"
LEAVE, CORRECTION = "Leave", "Correction"
# Days back that the night computes anew, and minutes in which what others wrote may not be visible yet.
NIGHTLY_DAYS, MARGIN = 35, 10
# Rows of one statement.
CHUNK = 1000
COLUMNS = (
	"name",
	"officer",
	"officer_name",
	"user",
	"division",
	"township",
	"day",
	"status",
	"leave_kind",
	"first_in",
	"last_out",
	"minutes",
	"late_minutes",
	"early_minutes",
	"missing",
	"visits",
	"places",
)
# The same in every row of one turn.
STAMPS = ("computed_at", "creation", "modified", "owner", "modified_by")
# What a day keeps when it is computed again.
KEPT = ("name", "officer", "day", "creation", "owner")

Key = tuple[str, date]


class MarkRefused(frappe.ValidationError):
	pass


# --- coming and going -------------------------------------------------------------------------------------------------
def mark(doc: Document) -> None:
	"""From ``validate`` of a new mark: now, by the session's user, for themselves. Raises MarkRefused."""
	if doc.user != frappe.session.user:
		frappe.throw(_("Everybody checks in and out for themselves."), MarkRefused)
	if not kept_of(doc.officer):
		frappe.throw(_("Your attendance is not kept here."), MarkRefused)
	doc.at = now_datetime().replace(microsecond=0)
	doc.day = law.working_day(doc.at)
	last = frappe.db.get_value(
		MARK,
		{"officer": doc.officer, "day": doc.day},
		["kind", "service_object"],
		order_by="at desc",
		as_dict=True,
	)
	if last and last.kind == doc.kind and (last.service_object or "") == (doc.service_object or ""):
		frappe.throw(
			_("You have checked in here already.")
			if doc.kind == CHECK_IN
			else _("You have checked out already."),
			MarkRefused,
		)


def kept_of(officer: str) -> bool:
	employer, stage = frappe.db.get_value(employment.DOCTYPE, officer, ["employer", "stage"])
	return employer == employment.CONTRACTOR and stage not in (employment.RECRUITING, employment.LEFT)


def after_mark(doc: Document) -> None:
	compute({(doc.officer, getdate(doc.day))})


# --- computing --------------------------------------------------------------------------------------------------------
def staff(since: date, until: date) -> dict[str, frappe._dict]:
	"""Whose attendance is kept on some of these days: name → name, officer_name, user, division, township, begins, ends."""
	rows = frappe.db.sql(
		f"""select name, officer_name, user, division, township, coalesce(joined_on, date(creation)) as begins,
		leaving_on as ends from `tab{employment.DOCTYPE}` where employer = %(employer)s and stage != %(recruiting)s
		and coalesce(joined_on, date(creation)) <= %(until)s and (leaving_on is null or leaving_on >= %(since)s)""",
		{
			"employer": employment.CONTRACTOR,
			"recruiting": employment.RECRUITING,
			"since": since,
			"until": until,
		},
		as_dict=True,
	)
	return {row.name: row for row in rows}


def compute(keys: Collection[Key]) -> int:
	"""Judge these days of these people and store what comes out; returns how many days."""
	if not keys:
		return 0
	since, until = min(day for _officer, day in keys), max(day for _officer, day in keys)
	people = staff(since, until)
	keys = {
		(officer, day)
		for officer, day in keys
		if (one := people.get(officer)) and one.begins <= day and (not one.ends or day <= one.ends)
	}
	if not keys:
		return 0
	marks, leave = _marks(keys, since, until), _leave(keys, since, until)
	calendar, now = rules.calendar(), now_datetime().replace(microsecond=0)
	# what is the same for everybody
	days = {
		day: (
			calendar.is_workday(day),
			_hours(day),
			now >= datetime.combine(day + timedelta(days=1), law.DAY_BEGINS),
		)
		for day in {day for _officer, day in keys}
	}
	rows = []
	for officer, day in sorted(keys):
		away = leave.get((officer, day), {})
		works, hours, over = days[day]
		found = law.judge(day, marks.get((officer, day), ()), works, away, hours, over)
		if found:
			rows.append(_row(people[officer], day, found, next(iter(away.values()), "")))
	_store(rows, now)
	return len(rows)


def _hours(day: date) -> law.Hours:
	"""The hours in force on a day."""
	parameters = rules.parameters()
	text = parameters.get("work_hours", day)
	try:
		return law.hours_of(text, int(parameters.get("attendance_grace_minutes", day)))
	except ValueError:
		frappe.throw(_("The parameter work_hours reads like 08:30-17:00, not “{0}”.").format(text))


def _marks(keys: Collection[Key], since: date, until: date) -> dict[Key, list[Mark]]:
	officers = _narrow(keys)
	values = {
		"since": datetime.combine(since, law.DAY_BEGINS),
		"until": datetime.combine(until + timedelta(days=1), law.DAY_BEGINS),
		"since_day": since,
		"until_day": until,
		"officers": officers,
		"cancelled": "Cancelled",
		"approved": APPROVED,
		"correction": CORRECTION,
	}
	found: dict[Key, list[Mark]] = defaultdict(list)
	office = _("At the Office")
	here = "" if officers is None else "and {0}.officer in %(officers)s"
	for officer, day, at, kind, place in frappe.db.sql(
		f"""select mark.officer, mark.day, mark.at, mark.kind, mark.place_title from `tab{MARK}` mark
		where mark.day between %(since_day)s and %(until_day)s {here.format("mark")}""",
		values,
	):
		if (officer, day) in keys:
			found[officer, day].append(Mark(at, kind == CHECK_IN, place or office))
	for officer, came, went in frappe.db.sql(
		f"""select team.officer, visit.check_in_at, visit.check_out_at from `tabHome Visit` visit
		join `tabHome Visit Visitor` team on team.parent = visit.name and team.parenttype = 'Home Visit'
		where visit.check_in_at >= %(since)s and visit.check_in_at < %(until)s and visit.status != %(cancelled)s
		{here.format("team")}""",
		values,
	):
		if (key := (officer, law.working_day(came))) in keys:
			found[key].append(Mark(came, True, "", True))
			if went:
				found[key].append(Mark(went, False, "", True))
	for officer, day, came, went in frappe.db.sql(
		f"""select request.officer, request.from_day, request.arrived_at, request.left_at from `tab{REQUEST}` request
		where request.kind = %(correction)s and request.status = %(approved)s
		and request.from_day between %(since_day)s and %(until_day)s {here.format("request")}""",
		values,
	):
		for moment, arrives in ((came, True), (went, False)):
			if moment:
				clock = time.fromisoformat(moment)
				# after midnight is still that working day
				on = day + timedelta(days=clock < law.DAY_BEGINS)
				found[officer, day].append(Mark(datetime.combine(on, clock), arrives))
	return found


def _leave(keys: Collection[Key], since: date, until: date) -> dict[Key, dict[str, str]]:
	"""(officer, day) → part of the day → kind of leave."""
	officers = _narrow(keys)
	here = "" if officers is None else "and officer in %(officers)s"
	found: dict[Key, dict[str, str]] = defaultdict(dict)
	for officer, first, last, part, kind in frappe.db.sql(
		f"""select officer, from_day, coalesce(to_day, from_day), part, leave_kind from `tab{REQUEST}`
		where kind = %(leave)s and status = %(approved)s and from_day <= %(until)s
		and coalesce(to_day, from_day) >= %(since)s {here} order by name""",
		{"leave": LEAVE, "approved": APPROVED, "since": since, "until": until, "officers": officers},
	):
		day = max(first, since)
		while day <= min(last, until):
			found[officer, day][part or law.WHOLE_DAY] = kind
			day += timedelta(days=1)
	return found


def _narrow(keys: Collection[Key]) -> list[str] | None:
	"""Of few people only theirs is read; of many, all of the days."""
	officers = {officer for officer, _day in keys}
	return sorted(officers) if len(officers) <= 200 else None


def _row(person: frappe._dict, day: date, found: law.Day, leave_kind: str) -> tuple:
	return (
		f"{person.name}-{day:%Y%m%d}",
		person.name,
		person.officer_name,
		person.user,
		person.division,
		person.township,
		day,
		found.status,
		leave_kind,
		found.first_in,
		found.last_out,
		found.minutes,
		found.late,
		found.early,
		found.missing,
		found.visits,
		"、".join(found.places),
	)


def _store(rows: list[tuple], now: datetime) -> None:
	columns = ", ".join(f"`{column}`" for column in (*COLUMNS, *STAMPS))
	again = ", ".join(
		f"`{column}` = values(`{column}`)" for column in (*COLUMNS, *STAMPS) if column not in KEPT
	)
	moment, user = frappe.db.escape(str(now)), frappe.db.escape(frappe.session.user)
	stamps = f"{moment}, {moment}, {moment}, {user}, {user}".replace("%", "%%")
	one = f"({', '.join(['%s'] * len(COLUMNS))}, {stamps})"
	for start in range(0, len(rows), CHUNK):
		chunk = rows[start : start + CHUNK]
		frappe.db.sql(
			f"insert into `tab{DAY}` ({columns}) values {', '.join([one] * len(chunk))} on duplicate key update {again}",
			[value for row in chunk for value in row],
		)


# --- what changed -----------------------------------------------------------------------------------------------------
def changed(since: date, until: date) -> set[Key]:
	"""Days of which a visit, a mark or a request was written after they were computed, or after the first of these days
	was and they never were."""
	first = frappe.db.sql(
		f"select min(computed_at) from `tab{DAY}` where day between %s and %s", (since, until)
	)[0][0]
	stale = f"(day.name is null or {{0}}.modified >= day.computed_at - interval {MARGIN} minute)"
	joined = f"left join `tab{DAY}` day on day.officer = {{0}}.officer and day.day = {{1}}"
	visited = f"date(visit.check_in_at - interval {law.DAY_BEGINS.hour} hour)"
	return set(
		frappe.db.sql(
			f"""select mark.officer, mark.day from `tab{MARK}` mark {joined.format("mark", "mark.day")}
			where mark.modified >= %(written)s and mark.day between %(since)s and %(until)s and {stale.format("mark")}
			union
			select team.officer, {visited} from `tabHome Visit` visit
			join `tabHome Visit Visitor` team on team.parent = visit.name and team.parenttype = 'Home Visit'
			{joined.format("team", visited)}
			where visit.modified >= %(written)s and visit.check_in_at >= %(since)s and {stale.format("visit")}
			union
			select request.officer, request.from_day from `tab{REQUEST}` request
			{joined.format("request", "request.from_day")}
			where request.modified >= %(written)s and request.kind = %(correction)s
			and request.from_day between %(since)s and %(until)s and {stale.format("request")}""",
			{
				"since": since,
				"until": until,
				"written": first - timedelta(minutes=MARGIN) if first else since,
				"correction": CORRECTION,
			},
		)
	)


def refresh(days: int = 2) -> int:
	"""Every hour: what changed in the last days."""
	return compute(changed(getdate(add_days(today(), -days)), getdate(today())))


def every_day(since: date, until: date) -> Iterable[Key]:
	for one in staff(since, until).values():
		day = max(since, one.begins)
		while day <= min(until, one.ends or until):
			yield one.name, day
			day += timedelta(days=1)


def nightly() -> int:
	"""The last weeks anew: days without a mark, and what a changed calendar or parameter makes of the others."""
	until = getdate(today())
	return compute(set(every_day(until - timedelta(days=NIGHTLY_DAYS), until)))
