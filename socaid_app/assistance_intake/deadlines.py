"""Deadlines of the cases: computed by the law library from what happened when, and kept as columns.

Lists, reports and reminders then need one indexed condition. A due date in a year whose holidays are not yet
announced is marked provisional; :func:`recompute_open_cases` settles it when the year is loaded (casework/holidays.py).
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework import deliveries, due_rules, events, holidays
from socaid_app.policy import clock, terms
from socaid_app.policy.clock import Deadline
from socaid_app.socaid_app import rules

APPLICATION = "Assistance Application"
CHUNK = 500
COLUMNS = ("deadline_key", "label", "kind", "start", "due", "provisional", "article", "done_on")
CASE_FIELDS = (
	"name",
	"docstatus",
	"scheme",
	"route",
	"confirming_authority",
	"workflow_state",
	"extended",
	"green_channel",
	"relief_paid_on",
	"urgency_over_on",
	"accepted_on",
	"decided_on",
	"statutory_due",
	"service_due",
	"due_status",
	"due_provisional",
)


def recompute(application: Document) -> None:
	"""From ``validate``: the deadlines table and the due columns of this case."""
	notice = _notice(application.publicity)
	rows = rows_of(application, application.opinions, notice)
	# Known deadlines keep their rows, so that the case's history tells only of what changed.
	stored = {row.deadline_key: row for row in application.deadlines}
	application.set(
		"deadlines",
		[stored[row["deadline_key"]].update(row) if row["deadline_key"] in stored else row for row in rows],
	)
	for position, row in enumerate(application.deadlines, 1):
		row.idx = position
	application.update(columns(application, rows, due_rules.soon_days(APPLICATION)))


def refresh(application: str | None) -> None:
	"""After a notice was posted or ended: the same, stored without touching open forms."""
	if application and not events.is_left_to_its_save(APPLICATION, application):
		recompute_cases([application])


def rows_of(case, opinions: list, notice) -> list[dict]:
	"""The deadlines of a case as table rows."""
	if not case.accepted_on:
		return []
	events = events_of(case, opinions, notice)
	deadlines = clock.case_deadlines(
		case.scheme,
		case.route,
		case.confirming_authority or terms.TOWNSHIP,
		events,
		rules.parameters(),
		rules.calendar(),
		extended=bool(cint(case.extended)),
		paid_first=bool(case.relief_paid_on),
		urgent=bool(cint(case.green_channel)),
	)
	done = done_dates(case, opinions, notice, events)
	return [_row(deadline, done.get(deadline.key)) for deadline in deadlines]


def _row(deadline: Deadline, done_on: date | None) -> dict:
	return {
		"deadline_key": deadline.key,
		"label": deadline.label,
		"kind": deadline.kind,
		"start": deadline.start,
		"due": deadline.due,
		"provisional": int(deadline.provisional),
		"article": deadline.article,
		"done_on": done_on,
	}


def entered(opinions: list, *states: str, last: bool = False) -> date | None:
	"""The day the case first (or last) came to one of ``states``."""
	days = [getdate(row.happened_at) for row in opinions if row.to_state in states]
	return (days[-1] if last else days[0]) if days else None


def events_of(case, opinions: list, notice) -> dict[str, date | None]:
	county = case.confirming_authority == terms.COUNTY
	return {
		"accepted_on": getdate(case.accepted_on) if case.accepted_on else None,
		"received_by_county_on": entered(opinions, terms.REVIEW, last=True) if county else None,
		"publicity_from": getdate(notice.posted_on) if notice and notice.posted_on else None,
		"objection_on": _objection_on(opinions),
		"reviewed_on": entered(opinions, terms.REVIEW, last=True),
		"decided_on": getdate(case.decided_on) if case.decided_on else None,
		"urgency_over_on": getdate(case.urgency_over_on) if case.urgency_over_on else None,
	}


def _objection_on(opinions: list) -> date | None:
	days = [
		getdate(row.happened_at)
		for row in opinions
		if row.from_state == terms.PUBLICITY and row.to_state in (terms.INVESTIGATION, terms.DELIBERATION)
	]
	return days[-1] if days else None


def done_dates(case, opinions: list, notice, events: dict) -> dict[str, date | None]:
	"""Deadline key → the day it was met."""
	decided = events["decided_on"]
	started = entered(opinions, terms.INVESTIGATION)
	reopened = events["objection_on"]
	opinion_again = entered(opinions, terms.PUBLICITY, terms.REVIEW, last=True)
	return {
		"survey_start": started or decided,
		"check_start": started or decided,
		"tekun_survey": entered(opinions, terms.PUBLICITY, terms.REVIEW) or decided,
		"tekun_objection": opinion_again
		if reopened and opinion_again and opinion_again >= reopened
		else decided,
		"publicity": (getdate(notice.completed_on) if notice and notice.completed_on else None)
		or reopened
		or decided,
		"urgent_supplement": entered(opinions, terms.CONFIRMATION, last=True)
		if case.workflow_state == terms.CONFIRMATION
		else decided,
		"county_review": decided,
		clock.TOTAL: decided,
		"service_total": decided,
		"notice": _delivered_on(case.name) if decided else None,
	}


def _delivered_on(application: str) -> date | None:
	return frappe.db.get_value(
		deliveries.DOCTYPE,
		{"reference_name": application, "document_kind": ["in", DECISION_NOTICES], "status": "Delivered"},
		"delivered_on",
		order_by="delivered_on asc",
	)


DECISION_NOTICES = ("Confirmation Notice", "Rejection Notice", "Termination Notice", "Refusal of Acceptance")


def columns(case, rows: list[dict], soon_days: int) -> dict[str, object]:
	"""The values of the due columns."""
	deadlines = [
		Deadline(
			row["deadline_key"],
			row["label"],
			getdate(row["start"]),
			getdate(row["due"]),
			0,
			"",
			row["article"],
			bool(row["provisional"]),
			row["kind"],
		)
		for row in rows
	]
	waiting = {row["deadline_key"] for row in rows if not row["done_on"]} - {"notice"}
	statutory = clock.statutory_due(deadlines, waiting)
	service = clock.service_due(deadlines)
	return {
		"statutory_due": statutory.due if statutory else None,
		"service_due": service.due if service else None,
		"due_provisional": int(bool(statutory and statutory.provisional)),
		"due_status": due_status(case.workflow_state, statutory.due if statutory else None, soon_days),
	}


def due_status(state: str, due: date | None, soon_days: int) -> str:
	"""'' before acceptance, Done after the decision, the clock's word in between."""
	if state in terms.FINAL_STATES:
		return clock.DONE
	if state not in terms.RUNNING_STATES or not due:
		return ""
	return clock.status(due, getdate(today()), soon_days)


def _notice(name: str | None):
	if not name:
		return None
	return frappe.db.get_value("Publicity Notice", name, ["posted_on", "completed_on"], as_dict=True)


# --- many cases ---------------------------------------------------------------------------------------
def recompute_open_cases() -> int:
	"""Hook ``socaid_due_dates``: compute every open case anew, when a year's holidays are loaded; idempotent.

	Returns the number of cases whose dates changed.
	"""
	names = frappe.get_all(
		APPLICATION,
		filters={"docstatus": 0, "workflow_state": ["in", terms.RUNNING_STATES]},
		pluck="name",
		order_by="name",
	)
	changed = 0
	for start in range(0, len(names), CHUNK):
		changed += recompute_cases(names[start : start + CHUNK])
	return changed


def recompute_supplements() -> int:
	"""Hook ``socaid_due_dates``: until when what is missing has to be there, of cases that wait for it."""
	waiting = {"docstatus": 0, "workflow_state": terms.SUPPLEMENT, "supplement_due": ["is", "set"]}
	return holidays.settle(APPLICATION, waiting, ("supplement_due",), _set_supplement_due)


def _set_supplement_due(application: Document) -> None:
	if asked_on := entered(application.opinions, terms.SUPPLEMENT):
		application.supplement_due = supplement_due(asked_on)


def supplement_due(asked_on: date) -> date:
	"""Until when everything that was found missing has to be handed in (57号 Art. 10)."""
	return rules.workdays_after("supplement_days", asked_on)


def recompute_cases(names: list[str]) -> int:
	"""A chunk of cases in a few queries; writes only what differs."""
	cases = frappe.get_all(
		APPLICATION, filters={"name": ["in", names]}, fields=[*CASE_FIELDS, "publicity"], order_by="name"
	)
	opinions = _children("Application Opinion", names, ["from_state", "to_state", "happened_at"])
	stored = _children("Application Deadline", names, ["name", *COLUMNS])
	notices = {
		row.name: row
		for row in frappe.get_all(
			"Publicity Notice",
			filters={"name": ["in", [case.publicity for case in cases if case.publicity] or [""]]},
			fields=["name", "posted_on", "completed_on"],
			order_by="name",
		)
	}
	soon_days, changed = due_rules.soon_days(APPLICATION), 0
	for case in cases:
		rows = rows_of(case, opinions.get(case.name, []), notices.get(case.publicity))
		values = columns(case, rows, soon_days)
		changed += _write(case, values, rows, stored.get(case.name, []))
	return changed


def _children(doctype: str, names: list[str], fields: list[str]) -> dict[str, list]:
	found: dict[str, list] = {}
	for row in frappe.get_all(
		doctype,
		filters={"parent": ["in", names], "parenttype": APPLICATION},
		fields=["parent", *fields],
		order_by="parent, idx",
	):
		found.setdefault(row.parent, []).append(row)
	return found


def _write(case, values: dict, rows: list[dict], stored: list) -> int:
	new = {field: value for field, value in values.items() if (case.get(field) or None) != (value or None)}
	if new:
		frappe.db.set_value(APPLICATION, case.name, new, update_modified=False)
	before = [tuple(row.get(field) or None for field in COLUMNS) for row in stored]
	after = [tuple(row[field] or None for field in COLUMNS) for row in rows]
	if before == after:
		return int(bool(new))
	frappe.db.delete("Application Deadline", {"parent": case.name, "parenttype": APPLICATION})
	for position, row in enumerate(rows, 1):
		frappe.get_doc(
			{
				"doctype": "Application Deadline",
				"parent": case.name,
				"parenttype": APPLICATION,
				"parentfield": "deadlines",
				"idx": position,
				"docstatus": case.docstatus,
				**row,
			}
		).db_insert()
	return 1
