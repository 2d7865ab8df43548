"""A team that does not check out in time: the supervisors are told at once, and when none of them answers, whoever
commands emergencies (casework/alarm_calls.py).

The message of each rings at their own desk. An event to everybody's desk would tell every township who is visited and
where.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import now_datetime

from socaid_app.casework import alarm_calls, duties, steps
from socaid_app.casework.people import Directory
from socaid_app.casework.steps import Steps
from socaid_app.field_visits import visits
from socaid_app.socaid_app import safety


def raise_overdue() -> int:
	"""Every five minutes: alarm for visits under way beyond their time; each visit once. Returns their number."""
	late = frappe.get_all(
		visits.VISIT,
		filters={
			"status": visits.UNDER_WAY,
			"due_back_at": ["<", now_datetime()],
			"alarm_at": ["is", "not set"],
		},
		fields=["name", "head_name", "address", "division", "check_in_at"],
		order_by="due_back_at",
	)
	directory = Directory() if late else None
	for visit in late:
		alarm(visit, directory)
	return len(late)


def alarm(visit: frappe._dict, directory: Directory) -> None:
	team = frappe.get_all(
		"Home Visit Visitor",
		filters={"parent": visit.name, "parenttype": visits.VISIT},
		fields=["officer_name", "officer"],
		order_by="idx",
	)
	subject = _("ALARM: {0} did not check out of {1} ({2}), checked in at {3}. Call them now.").format(
		"、".join(row.officer_name or row.officer for row in team),
		visit.head_name,
		visit.address or "",
		frappe.utils.format_datetime(visit.check_in_at, "HH:mm"),
	)
	minutes = safety.parameter("alarm_answer_minutes")
	alarm_calls.raise_alarm(
		frappe._dict(doctype=visits.VISIT, name=visit.name, division=visit.division),
		subject,
		[
			(directory.users(duties.roles_of(duty), visit.division), minutes)
			for duty in (safety.SUPERVISE, safety.COMMAND)
		],
	)
	frappe.db.set_value(visits.VISIT, visit.name, "alarm_at", now_datetime(), update_modified=False)


@Steps(visits.VISIT)(
	_lt("Answer the Alarm"),
	at=visits.UNDER_WAY,
	when=lambda visit: visit.alarm_at and alarm_calls.is_ringing(visit),
	who=alarm_calls.why_not_called,
	permission="read",
	primary=True,
)
def answer_alarm(visit: Document) -> None:
	"""Whoever was called looks after the team; nobody else is called."""
	alarm_calls.answer(visit)
	steps.nothing_to_save(visit)
