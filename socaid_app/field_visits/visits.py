"""The life of a home visit: planned, under way, finished, reviewed.

A visit changes its status only through the functions here; whatever a client sends for the fields of
:data:`KEPT` is put back by the controller. Each step holds on every channel: Desk, REST, import, bulk action, job.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, add_to_date, cint, flt, get_datetime, getdate, now_datetime, today

from socaid_app.casework import alarm_calls, records
from socaid_app.casework.records import author
from socaid_app.casework.steps import Ask, Steps
from socaid_app.field_visits import differences, planning, screening_tasks
from socaid_app.means_testing import reassessment
from socaid_app.policy import visit_safety as law
from socaid_app.socaid_app import safety

VISIT = "Home Visit"
PLANNED, UNDER_WAY, FINISHED, REVIEWED, CANCELLED = (
	"Planned",
	"Under Way",
	"Finished",
	"Reviewed",
	"Cancelled",
)
CLOSED = (FINISHED, REVIEWED, CANCELLED)
# Set by the steps alone.
KEPT = (
	"status",
	"approved_by",
	"approved_at",
	"check_in_at",
	"check_in_latitude",
	"check_in_longitude",
	"check_in_accuracy",
	"check_in_metres",
	"check_in_far_reason",
	"due_back_at",
	"check_out_at",
	"check_out_latitude",
	"check_out_longitude",
	"alarm_at",
	"rescheduled_from",
	"reschedule_count",
	"reschedule_reason",
	"cancel_reason",
	"reviewed_by",
	"reviewed_at",
	"review_note",
	"reassessment",
	"field_versions",
)


class WrongStep(frappe.ValidationError):
	pass


class FarFromHome(frappe.ValidationError):
	pass


class NotAVisitor(frappe.PermissionError):
	pass


class TaskTaken(frappe.ValidationError):
	pass


class VisitIncomplete(frappe.ValidationError):
	pass


class ReviewByAnother(frappe.ValidationError):
	pass


step = Steps(
	VISIT,
	refusal=WrongStep,
	incomplete=VisitIncomplete,
	# the phone keeps the first two in reach of the thumb
	order=("check_in", "check_out", "review", "approve", "reschedule", "cancel"),
)


def _is_visitor(visit: Document) -> bool:
	return frappe.session.user in safety.visitors_users(visit)


def _of_its_visitors(visit: Document) -> str:
	if _is_visitor(visit):
		return ""
	return _("Only the visitors of this visit check in and out: {0}.").format(
		"、".join(row.officer_name or row.officer for row in visit.visitors)
	)


def _of_its_visitors_or_supervisor(visit: Document) -> str:
	return "" if safety.is_supervisor() else _of_its_visitors(visit)


# --- before ---------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def plan_for_tasks(tasks: str | list[str], planned_on: str, officers: str | list[str]) -> list[str]:
	"""One visit per task, on one day with one team; tasks that have a visit already keep it.

	Returns the names of the visits made.
	"""
	tasks, officers = frappe.parse_json(tasks), frappe.parse_json(officers)
	made = []
	for name in sorted(tasks):
		task = frappe.get_doc(planning.TASK, name, for_update=True)
		task.check_permission("write")
		if task.status not in planning.WITHOUT_VISIT:
			continue
		visit = frappe.get_doc(
			{
				"doctype": VISIT,
				"household": task.household,
				"category": task.category,
				"purpose": "Screening",
				"planned_on": planned_on,
				"visitors": [
					{"officer": officer, "leader": int(not row)} for row, officer in enumerate(officers)
				],
			}
		)
		visit.task, visit.cycle = task.name, task.cycle
		with records.step(visit):
			visit.insert()
		made.append(visit.name)
	return made


@step(
	_lt("Approve the Visit"),
	at=PLANNED,
	asks=(Ask("note", reqd=False, label=_lt("Conditions of the Approval")),),
	when=lambda visit: visit.risk_level == law.HIGH and not visit.approved_by,
	who=safety.why_not_approver,
	refusal=safety.ApprovalRefused,
	foreign=safety.ApprovalRefused,
)
def approve(visit: Document, note: str = "") -> None:
	"""A supervisor lets a visit at high risk go ahead."""
	safety.approve(visit)


@step(
	_lt("Reschedule"),
	at=PLANNED,
	asks=(
		Ask(
			"planned_on",
			label=_lt("New Day"),
			fieldtype="Date",
			default=lambda visit: add_days(visit.planned_on, 1),
		),
		Ask("reason", label=_lt("Reason")),
	),
)
def reschedule(visit: Document, planned_on: str, reason: str) -> None:
	"""Move a planned visit, for bad weather or illness; the first day stays on record."""
	if getdate(planned_on) < getdate(today()):
		frappe.throw(_("The new day lies in the past."), VisitIncomplete)
	visit.update(
		{
			"rescheduled_from": visit.rescheduled_from or visit.planned_on,
			"reschedule_count": cint(visit.reschedule_count) + 1,
			"reschedule_reason": reason,
			"planned_on": planned_on,
		}
	)


@step(_lt("Cancel the Visit"), at=PLANNED, to=CANCELLED, asks=(Ask("reason", label=_lt("Reason")),))
def cancel(visit: Document, reason: str) -> None:
	"""Give a planned visit up; its task waits for another."""
	visit.cancel_reason = reason


# --- on site --------------------------------------------------------------------------------------------
@step(
	_lt("Check In"),
	at=PLANNED,
	to=UNDER_WAY,
	who=_of_its_visitors,
	foreign=NotAVisitor,
	primary=True,
)
def check_in(
	visit: Document,
	latitude: float | str | None = None,
	longitude: float | str | None = None,
	accuracy: float | str | None = None,
	reason: str | None = None,
) -> None:
	"""Begin the visit at the door. Every gate of policy/visit_safety.py is asked once more.

	Position in degrees (WGS 84), accuracy in metres; a phone without a position may still check in, the
	missing position shows on the form. Farther from the family's home than ``visit_far_metres`` takes a reason; raises
	FarFromHome.
	"""
	safety.require_open_gate(visit)
	begin(visit, now_datetime(), latitude, longitude, accuracy, reason)
	if is_far(visit) and not visit.check_in_far_reason:
		frappe.throw(
			_("You are {0} from the family's home. Say why you check in here.").format(
				_("{0} km").format(f"{visit.check_in_metres / 1000:.1f}")
			),
			FarFromHome,
		)


def is_far(visit: Document) -> bool:
	"""Whether a visit began away from the family's home, whatever the phone's doubt about where it was."""
	return cint(visit.check_in_metres) - flt(visit.check_in_accuracy) > safety.parameter("visit_far_metres")


def home_of(visit: Document) -> dict:
	"""Where the family lives, in degrees where it is known, and how many metres from there count as far."""
	place = frappe.db.get_value(
		"Recipient Household", visit.household, ["latitude", "longitude"], as_dict=True
	)
	return {**(place or {}), "far_metres": safety.parameter("visit_far_metres")}


def _metres_from_home(visit: Document) -> int:
	home = home_of(visit)
	here = (visit.check_in_latitude, visit.check_in_longitude)
	if not (all(here) and home.get("latitude") and home.get("longitude")):
		return 0
	return law.metres_between(here, (home["latitude"], home["longitude"]))


def begin(
	visit: Document, moment: datetime, latitude=None, longitude=None, accuracy=None, reason: str | None = None
) -> None:
	"""What a visit records of its beginning; at the door, or afterwards by a phone that had no network there."""
	expected = cint(visit.expected_minutes) or 60
	visit.update(
		{
			"check_in_at": moment,
			"check_in_latitude": _degrees(latitude, 90),
			"check_in_longitude": _degrees(longitude, 180),
			"check_in_accuracy": flt(accuracy),
			"check_in_far_reason": (reason or "").strip(),
			"due_back_at": add_to_date(moment, minutes=expected + safety.parameter("visit_grace_minutes")),
		}
	)
	visit.check_in_metres = _metres_from_home(visit)


def _asked_for_the_team(visit: Document) -> tuple[Ask, ...]:
	return () if _is_visitor(visit) else (Ask("reason", label=_lt("Reason")),)


@step(
	_lt("Check Out"),
	at=UNDER_WAY,
	to=FINISHED,
	who=_of_its_visitors_or_supervisor,
	foreign=NotAVisitor,
	asks=_asked_for_the_team,
	stamps=("check_out_at",),
	primary=True,
)
def check_out(
	visit: Document,
	latitude: float | str | None = None,
	longitude: float | str | None = None,
	reason: str | None = None,
) -> None:
	"""End the visit: the form is complete, the differences from the file are drawn up, review can begin.

	A supervisor may end a visit whose team cannot, with a reason.
	"""
	end(visit, latitude, longitude)


def end(visit: Document, latitude=None, longitude=None) -> None:
	"""What a visit records of its end; raises VisitIncomplete."""
	require_complete(visit)
	if visit.alarm_at:
		alarm_calls.call_off(visit)
	differences.draw_up(visit)
	visit.update(
		{"check_out_latitude": _degrees(latitude, 90), "check_out_longitude": _degrees(longitude, 180)}
	)


def _degrees(value, limit: int) -> float | None:
	if value in (None, ""):
		return None
	degrees = flt(value)
	if abs(degrees) > limit:
		frappe.throw(_("{0} is not a position on earth.").format(value), VisitIncomplete)
	return degrees


def require_complete(visit: Document) -> None:
	"""What a finished visit shows; all that is missing is named at once."""
	missing = list(whats_missing(visit))
	if missing:
		frappe.throw(missing, VisitIncomplete, _("The Form Is Not Complete"), as_list=True)


def whats_missing(visit: Document) -> Iterator[str]:
	"""A sentence for everything that a complete form still lacks."""
	if not visit.reception:
		yield _("State under “On Site” whether somebody was at home.")
		return
	if not visit.photos:
		yield _("Take at least one photo.")
	unsigned = [row.officer_name for row in visit.visitors if not row.signed]
	if unsigned:
		yield _("Every visitor signs (57号 Art. 16). Not signed: {0}.").format("、".join(unsigned))
	if visit.reception != "At Home":
		return
	if not visit.member_present:
		yield _("Name the member of the family who was present.")
	if not visit.conclusion:
		yield _("State the conclusion.")
	elif visit.conclusion != "Unchanged" and not (visit.conclusion_note or "").strip():
		yield _("Explain the conclusion.")
	if not (visit.member_signature or visit.member_signed or (visit.not_signed_reason or "").strip()):
		yield _("The family signs the form; if it does not, state why.")
	if visit.form_kind == "Tekun" and not visit.care_grade:
		yield _("Grade all six indicators of self-care (43号 Art. 21).")


# --- afterwards -----------------------------------------------------------------------------------------
def _why_not_reviewer(visit: Document) -> str:
	if frappe.session.user in safety.visitors_users(visit) | {visit.owner, author(visit)}:
		return _(
			"A visit is reviewed by somebody who was not on it, did not enter it and was not the last to change it."
		)
	return ""


@step(
	_lt("Review", context=VISIT),
	at=FINISHED,
	to=REVIEWED,
	duty="Review Visits",
	who=_why_not_reviewer,
	foreign=ReviewByAnother,
	stamps=("reviewed_by", "reviewed_at"),
	primary=True,
)
def review(visit: Document, decisions: str | dict | None = None, note: str = "") -> dict:
	"""Look over a finished visit; accepted differences take effect and the benefit is reassessed.

	``decisions``: {name of the difference row: "Adopted" or "Not Adopted"}, one for every difference.
	Returns {"changes": [...], "reassessment": name or None}. The reviewer was not on the visit.
	"""
	differences.decide(visit, frappe.parse_json(decisions) or {})
	changes = differences.take_effect(visit)
	proposal = _reassess(visit)
	visit.update({"review_note": note, "reassessment": proposal})
	return {"changes": changes, "reassessment": proposal}


def _reassess(visit: Document) -> str | None:
	accepted = differences.accepted_facts(visit)
	benefit = differences.benefit_of(visit)
	if not accepted or not benefit:
		return None
	return reassessment.reassess(benefit, accepted, visit).name


def claim_task(visit: Document) -> None:
	"""A task has one visit at a time; whoever plans the next waits for the first, and is told."""
	if not visit.task or not visit.has_value_changed("task"):
		return
	task = frappe.db.get_value(planning.TASK, visit.task, ["status", "visit"], as_dict=True, for_update=True)
	if task and task.status not in planning.WITHOUT_VISIT and task.visit != visit.name:
		frappe.throw(
			_("Task {0} is {1}; its visit is {2}. Use that visit, or cancel it first.").format(
				visit.task, _(task.status, context=planning.TASK), task.visit or _("None")
			),
			TaskTaken,
		)


def tell_task(visit: Document) -> None:
	"""Carry the visit's progress to the task it was planned for."""
	if not visit.task or not (visit.has_value_changed("status") or visit.has_value_changed("planned_on")):
		return
	if visit.status == PLANNED:
		screening_tasks.mark_task(visit.task, "Scheduled", visit=visit.name, on=visit.planned_on)
	elif visit.status == UNDER_WAY:
		screening_tasks.mark_task(visit.task, "Under Way", visit=visit.name)
	elif visit.status == CANCELLED:
		screening_tasks.mark_task(visit.task, "To Do")
	elif visit.status == FINISHED:
		met = visit.reception == "At Home"
		on = get_datetime(visit.check_out_at).date()
		screening_tasks.mark_task(visit.task, "Done" if met else "Cannot Visit", visit=visit.name, on=on)
