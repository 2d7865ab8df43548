"""Route plans: the day's home visits, ordered per team, timed, released to the officers.

The search is in :mod:`routing`, which knows nothing of records; here records become its stops and teams, and its
rounds become rows, times and visitors again. Whatever a client sends for the fields of :data:`TIMED` is put back
by the controller.
"""

from functools import partial

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from socaid_app.casework import messages
from socaid_app.casework.records import step
from socaid_app.field_visits import routing, visits
from socaid_app.field_visits.route_day import Day, begun_rows, reasons
from socaid_app.field_visits.route_stops import PLAN, PLANNED, VISIT, open_plan
from socaid_app.field_visits.times_of_day import clock, minute

# What the timetable sets, in rows of stops and of teams.
TIMED = ("sequence", "arrives_at", "leaves_at", "travel_minutes", "kilometres", "reason")
TEAM_TIMED = ("visits", "kilometres", "back_at")
# The search takes this long at most; a day with more stops goes to a background job, which may take longer.
INLINE_STOPS, INLINE_SECONDS, JOB_SECONDS = 40, 5.0, 60.0


class RoutesUnavailable(frappe.ValidationError):
	pass


class NothingToPlan(frappe.ValidationError):
	pass


class VisitAlreadyBegun(frappe.ValidationError):
	pass


class OrderImpossible(frappe.ValidationError):
	pass


class ReasonMissing(frappe.ValidationError):
	pass


@frappe.whitelist(methods=["POST"])
def plan(route_plan: str) -> dict:
	"""Order the day anew; large days go to a background job. Returns {"queued": 0 or 1}.

	Raises :class:`VisitAlreadyBegun` when a visit is under way: then :func:`replan` keeps what has begun.
	"""
	doc = open_plan(route_plan)
	_require_stops(doc)
	begun = begun_rows(doc)
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
	doc = open_plan(route_plan)
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
		doc = open_plan(route_plan)
		tell = partial(
			frappe.publish_progress, title=_("Ordering the Visits"), doctype=PLAN, docname=route_plan
		)
		order(doc, JOB_SECONDS, resume_at, tell)
	except frappe.ValidationError as error:
		frappe.db.rollback()
		text = _("Route plan {0} could not be computed: {1}").format(route_plan, str(error))
		messages.tell_staff([frappe.session.user], text, PLAN, route_plan)


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
	doc = open_plan(route_plan)
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
	# Each visit gets its time and its two visitors; what nobody visits any more loses its time.
	officers = {team.team_name: [team.officer_1, team.officer_2] for team in doc.teams}
	for row in doc.stops:
		if row.name in day.stops:
			assign(row.visit, row.arrives_at, officers.get(row.team))


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
