"""Incidents (第二、四章): reported, graded, responded to, told outside in time, reviewed, improved.

Who reports something rings whoever commands emergencies; with the level the tasks, reports and contacts of the plan in
force follow. A near miss has no level and no response: it is reviewed for what can be improved, and nobody is named.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, add_to_date, cint, flt, today

from socaid_app.casework import alarm_calls, duties, rectification, steps
from socaid_app.casework.people import Directory
from socaid_app.casework.steps import Ask, Steps, done
from socaid_app.service_management import emergency_plans
from socaid_app.service_management.emergency_plans import LEVELS
from socaid_app.socaid_app import safety

DOCTYPE, TASK, OUTSIDE = "Incident", "Incident Task", "Incident Outside Report"
REPORTED, RESPONDING, ENDED, REVIEWED, CLOSED, NONE = (
	"Incident Reported",
	"Response under Way",
	"Response Ended",
	"Incident Reviewed",
	"Incident Closed",
	"No Incident",
)
COMMAND, REVIEW = safety.COMMAND, "Review Incidents"
PUBLIC_HEALTH = "Public Health Incident"


class IncidentIncomplete(frappe.ValidationError):
	pass


class LevelUnchanged(frappe.ValidationError):
	pass


class PlanUnfit(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, incomplete=IncidentIncomplete)


# --- alarms -----------------------------------------------------------------------------------------------------
def _words(incident: Document) -> str:
	return _(incident.event_type, context=DOCTYPE)


def _commanders(incident: Document | frappe._dict) -> tuple[list[str], int]:
	users = Directory().users(duties.roles_of(COMMAND), incident.division)
	return users, safety.parameter("alarm_answer_minutes")


def tell_of_report(incident: Document) -> None:
	"""From ``after_insert``: whoever commands is called; a near miss waits for its review, nobody is called for it."""
	if not incident.near_miss:
		alarm_calls.raise_alarm(
			incident,
			_("INCIDENT reported: {0}, {1}. Grade it now.").format(_words(incident), incident.place or ""),
			[_commanders(incident)],
		)


def _call_the_team(incident: Document, plan: Document | None) -> None:
	"""Whom the plan names, one after the other, then whoever commands."""
	usual = safety.parameter("alarm_answer_minutes")
	team = [([row.user], cint(row.answer_minutes) or usual) for row in plan.contacts] if plan else []
	alarm_calls.raise_alarm(
		incident,
		_("EMERGENCY of level {0}: {1}, {2}. Answer the alarm.").format(
			_(incident.level, context=DOCTYPE), _words(incident), incident.place or ""
		),
		[*team, _commanders(incident)],
	)


def raise_late_reports() -> int:
	"""Every five minutes: reports outside that were not made in time ring whoever commands, once; returns how many."""
	late = frappe.db.sql(
		f"""select report.name, report.authority, incident.name as incident from `tab{OUTSIDE}` report
		join `tab{DOCTYPE}` incident on incident.name = report.parent and report.parenttype = '{DOCTYPE}'
		where incident.status = %(responding)s and report.reported_at is null and report.alarmed_at is null
		and report.due_at < %(now)s""",
		{"responding": RESPONDING, "now": alarm_calls.moment()},
		as_dict=True,
	)
	for row in late:
		incident = frappe.get_doc(DOCTYPE, row.incident)
		subject = _("The report to {0} is late: {1}.").format(row.authority, _words(incident))
		alarm_calls.raise_alarm(incident, subject, [_commanders(incident)])
		frappe.db.set_value(OUTSIDE, row.name, "alarmed_at", alarm_calls.moment(), update_modified=False)
	return len(late)


@step(
	_lt("Answer the Alarm"),
	when=alarm_calls.is_ringing,
	who=alarm_calls.why_not_called,
	permission="read",
	primary=True,
)
def answer_alarm(incident: Document) -> None:
	"""Whoever was called is on it; nobody else is called."""
	alarm_calls.answer(incident)
	steps.nothing_to_save(incident)


# --- level and response -------------------------------------------------------------------------------------------
def _fitting(incident: Document) -> dict:
	return {"event_type": incident.event_type, "status": emergency_plans.IN_FORCE}


def _usual_plan(incident: Document) -> str | None:
	"""The plan it follows already, else the one for such events that was approved last."""
	return incident.plan or emergency_plans.of_event(incident.event_type)


@step(
	_lt("Set the Level"),
	at=(REPORTED, RESPONDING),
	when=lambda doc: not doc.near_miss,
	duty=COMMAND,
	asks=(
		Ask("level", options=LEVELS, description=_lt("I is the gravest.")),
		Ask("plan", reqd=False, default=lambda doc: _usual_plan(doc), filters=lambda doc: _fitting(doc)),
	),
	stamps=("graded_by",),
	primary=lambda doc: doc.status == REPORTED,
)
def grade(incident: Document, level: str, plan: str | None = None) -> None:
	"""The response of the level begins: tasks, reports outside, and the team is called, as the plan says (by default the
	one in force for such events). A graver level adds what it needs; a milder one leaves what was begun. Raises
	LevelUnchanged, PlanUnfit."""
	before = frappe.db.get_value(DOCTYPE, incident.name, "level")
	if level not in LEVELS or level == before:
		frappe.throw(_("Choose another level than it has."), LevelUnchanged)
	incident.plan = plan or _usual_plan(incident)
	if incident.plan and not frappe.db.exists(
		emergency_plans.DOCTYPE, {"name": incident.plan, **_fitting(incident)}
	):
		frappe.throw(_("Choose a plan in force for such events."), PlanUnfit)
	followed = frappe.get_doc(emergency_plans.DOCTYPE, incident.plan) if incident.plan else None
	present = alarm_calls.moment()
	_add_tasks(incident, followed, present)
	_add_reports(incident, followed, present)
	alarm_calls.answer(incident)
	_note(incident, _("Level {0}").format(_(level, context=DOCTYPE)))
	done(incident, status=RESPONDING, graded_at=present)
	if not before or LEVELS.index(level) < LEVELS.index(before):
		_call_the_team(incident, followed)


def _add_tasks(incident: Document, plan: Document | None, present) -> None:
	known = {row.task for row in incident.tasks}
	for row in plan.measures if plan else ():
		if emergency_plans.applies(row, incident.level) and row.task not in known:
			incident.append(
				"tasks",
				{
					"task": row.task,
					"responsible": row.responsible or frappe.session.user,
					"due_at": add_to_date(present, minutes=cint(row.minutes)),
				},
			)


def _add_reports(incident: Document, plan: Document | None, present) -> None:
	"""As the plan says; without one, the health authority is told of a public health incident (突发公卫条例第20条)."""
	wanted = [
		(row.authority, flt(row.hours))
		for row in (plan.reports if plan else ())
		if emergency_plans.applies(row, incident.level)
	]
	if incident.event_type == PUBLIC_HEALTH and not wanted:
		wanted = [("县级卫生健康主管部门", safety.parameter("infectious_report_hours"))]
	known = {row.authority for row in incident.outside_reports}
	for authority, hours in wanted:
		if authority not in known:
			due_at = add_to_date(present, minutes=round(hours * 60))
			incident.append("outside_reports", {"authority": authority, "due_at": due_at})


def _note(incident: Document, words: str) -> None:
	incident.append(
		"entries", {"at": alarm_calls.moment(), "entered_by": frappe.session.user, "words": words}
	)


@step(
	_lt("Write Down What Happens"),
	at=RESPONDING,
	asks=(Ask("words", label=_lt("What Happened Then")),),
)
def note_progress(incident: Document, words: str) -> None:
	"""A line in the course of events; lines stay as they are."""
	_note(incident, words)


def _rows_to_choose(table: str, stamp: str, shown: str):
	"""The open rows of a table, as choices of a dialog: the words of each."""
	return lambda incident: [row.get(shown) for row in incident.get(table) if not row.get(stamp)]


@step(
	_lt("Finish a Task"),
	at=RESPONDING,
	when=lambda doc: any(not row.done_at for row in doc.tasks),
	asks=(
		Ask(
			"task",
			label=_lt("Task to Do"),
			fieldtype="Select",
			options=_rows_to_choose("tasks", "done_at", "task"),
		),
		Ask("result", label=_lt("What Came of It")),
	),
)
def finish_task(incident: Document, task: str, result: str) -> None:
	"""Done, by whom, and what came of it."""
	row = _open_row(incident, "tasks", "done_at", "task", task)
	row.update({"done_at": alarm_calls.moment(), "done_by": frappe.session.user, "result": result})
	_note(incident, f"{task}：{result}")


@step(
	_lt("Report Outside"),
	at=RESPONDING,
	duty=COMMAND,
	when=lambda doc: any(not row.reported_at for row in doc.outside_reports),
	asks=(
		Ask(
			"authority",
			label=_lt("Reported To"),
			fieldtype="Select",
			options=_rows_to_choose("outside_reports", "reported_at", "authority"),
		),
		Ask("how", label=_lt("How and to Whom")),
	),
)
def report_outside(incident: Document, authority: str, how: str) -> None:
	"""The authority was told now."""
	row = _open_row(incident, "outside_reports", "reported_at", "authority", authority)
	row.update({"reported_at": alarm_calls.moment(), "reported_by": frappe.session.user, "how": how})
	_note(incident, _("Reported to {0}: {1}").format(authority, how))


def _open_row(incident: Document, table: str, stamp: str, shown: str, words: str) -> Document:
	for row in incident.get(table):
		if row.get(shown) == words and not row.get(stamp):
			return row
	frappe.throw(_("“{0}” is not open any more.").format(words), steps.StepNotOpen)


def what_still_waits(incident: Document) -> list[str]:
	return [
		*(_("Open task: {0}").format(row.task) for row in incident.tasks if not row.done_at),
		*(
			_("Not reported to {0} yet.").format(row.authority)
			for row in incident.outside_reports
			if not row.reported_at
		),
	]


@step(
	_lt("End the Response"),
	at=RESPONDING,
	to=ENDED,
	duty=COMMAND,
	missing=what_still_waits,
	stamps=("ended_by",),
)
def end_response(incident: Document) -> None:
	"""Tasks are done, who had to be told was told; the review is due."""
	alarm_calls.call_off(incident)
	incident.ended_at = alarm_calls.moment()
	incident.review_due_on = add_days(today(), safety.parameter("incident_review_days"))


# --- review and improvement ---------------------------------------------------------------------------------------
def _may_be_reviewed(incident: Document) -> bool:
	return incident.status == ENDED or bool(incident.near_miss)


@step(
	_lt("Review the Incident"),
	at=(REPORTED, ENDED),
	to=REVIEWED,
	when=_may_be_reviewed,
	duty=REVIEW,
	not_by=("graded_by", "ended_by"),
	asks=(
		"cause",
		"lessons",
		Ask("improvement", reqd=False),
		Ask(
			"responsible",
			label=_lt("Who Sees to the Improvement"),
			fieldtype="Link",
			options="User",
			reqd=False,
			depends_on="improvement",
			mandatory_depends_on="improvement",
		),
		Ask(
			"due_on",
			label=_lt("Improvement Due On"),
			fieldtype="Date",
			reqd=False,
			depends_on="improvement",
			mandatory_depends_on="improvement",
		),
	),
	stamps=("reviewed_by", "reviewed_on"),
	primary=True,
)
def review(
	incident: Document,
	cause: str,
	lessons: str,
	improvement: str = "",
	responsible: str | None = None,
	due_on: str | None = None,
) -> None:
	"""By another person than whoever led the response; what is to be improved goes to the common ledger."""
	if improvement and not (responsible and due_on):
		frappe.throw(_("Say who sees to the improvement, and until when."), IncidentIncomplete)
	if improvement:
		incident.issue = rectification.found(
			incident, improvement, kind="Incident Review", due_on=due_on, responsible=responsible
		)


def _improvement_open(incident: Document) -> list[str]:
	status = incident.issue and frappe.db.get_value(rectification.DOCTYPE, incident.issue, "status")
	if not status or status in rectification.PUT_RIGHT:
		return []
	return [_("The improvement {0} is not finished and rechecked yet.").format(incident.issue)]


@step(
	_lt("Close the Incident"),
	at=REVIEWED,
	to=CLOSED,
	duty=COMMAND,
	missing=_improvement_open,
	stamps=("closed_by", "closed_on"),
	primary=True,
)
def close(incident: Document) -> None:
	"""Reviewed, and what was to be improved is improved."""


@step(_lt("It Is No Incident"), at=REPORTED, to=NONE, duty=COMMAND, asks=("no_incident_reason",))
def dismiss(incident: Document, no_incident_reason: str) -> None:
	"""A false alarm, with the reason."""
	alarm_calls.call_off(incident)
