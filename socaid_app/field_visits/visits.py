"""The life of a home visit: planned, under way, finished, reviewed.

A visit changes its status only through the functions here; whatever a client sends for the fields of
:data:`KEPT` is put back by the controller. Each step holds on every channel: Desk, REST, import, bulk action, job.
"""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_to_date, cint, flt, get_datetime, getdate, now_datetime, today

from socaid_app.casework.records import author, step
from socaid_app.field_visits import differences, planning, safety
from socaid_app.means_testing import reassessment

VISIT = "Home Visit"
PLANNED, UNDER_WAY, FINISHED, REVIEWED, CANCELLED = (
	"Planned",
	"Under Way",
	"Finished",
	"Reviewed",
	"Cancelled",
)
CLOSED = (FINISHED, REVIEWED, CANCELLED)
# Who looks over a finished visit.
REVIEWERS = ("Township Approver", "County Reviewer", "Service Manager")
# Set by the steps alone.
KEPT = (
	"status",
	"approved_by",
	"approved_at",
	"check_in_at",
	"check_in_latitude",
	"check_in_longitude",
	"check_in_accuracy",
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


class NotAVisitor(frappe.PermissionError):
	pass


class TaskTaken(frappe.ValidationError):
	pass


class VisitIncomplete(frappe.ValidationError):
	pass


class ReviewByAnother(frappe.ValidationError):
	pass


def _open(name: str, *statuses: str) -> Document:
	visit = frappe.get_doc(VISIT, name, for_update=True)
	visit.check_permission("write")
	if visit.status not in statuses:
		frappe.throw(
			_("This visit is {0}; the step is for visits that are {1}.").format(
				_(visit.status, context=visit.doctype),
				"、".join(_(status, context=visit.doctype) for status in statuses),
			),
			WrongStep,
		)
	return visit


def _step(visit: Document, **values) -> Document:
	visit.update(values)
	with step(visit):
		visit.save()
	return visit


def _reason(reason: str | None) -> str:
	reason = (reason or "").strip()
	if not reason:
		frappe.throw(_("State the reason."), VisitIncomplete)
	return reason


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
		with step(visit):
			visit.insert()
		made.append(visit.name)
	return made


@frappe.whitelist(methods=["POST"])
def approve(visit: str, note: str = "") -> None:
	"""A supervisor lets a visit at high risk go ahead."""
	doc = _open(visit, PLANNED)
	safety.approve(doc, note)
	_step(doc)


@frappe.whitelist(methods=["POST"])
def reschedule(visit: str, planned_on: str, reason: str) -> None:
	"""Move a planned visit, for bad weather or illness; the first day stays on record."""
	doc = _open(visit, PLANNED)
	reason = _reason(reason)
	if getdate(planned_on) < getdate(today()):
		frappe.throw(_("The new day lies in the past."), VisitIncomplete)
	_step(
		doc,
		rescheduled_from=doc.rescheduled_from or doc.planned_on,
		reschedule_count=cint(doc.reschedule_count) + 1,
		reschedule_reason=reason,
		planned_on=planned_on,
	)


@frappe.whitelist(methods=["POST"])
def cancel(visit: str, reason: str) -> None:
	"""Give a planned visit up; its task waits for another."""
	_step(_open(visit, PLANNED), cancel_reason=_reason(reason), status=CANCELLED)


# --- on site --------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def check_in(
	visit: str,
	latitude: float | str | None = None,
	longitude: float | str | None = None,
	accuracy: float | str | None = None,
) -> None:
	"""Begin the visit at the door. Every gate of policy/visits.py is asked once more.

	Position in degrees (WGS 84), accuracy in metres; a phone without a position may still check in, the
	missing position shows on the form.
	"""
	doc = _open(visit, PLANNED)
	require_visitor(doc)
	safety.require_open_gate(doc)
	now = now_datetime()
	_step(
		doc,
		status=UNDER_WAY,
		check_in_at=now,
		check_in_latitude=_degrees(latitude, 90),
		check_in_longitude=_degrees(longitude, 180),
		check_in_accuracy=flt(accuracy),
		due_back_at=add_to_date(
			now, minutes=(cint(doc.expected_minutes) or 60) + safety.parameter("visit_grace_minutes")
		),
	)


@frappe.whitelist(methods=["POST"])
def check_out(
	visit: str,
	latitude: float | str | None = None,
	longitude: float | str | None = None,
	reason: str | None = None,
) -> None:
	"""End the visit: the form is complete, the differences from the file are drawn up, review can begin.

	A supervisor may end a visit whose team cannot, with a reason.
	"""
	doc = _open(visit, UNDER_WAY)
	if frappe.session.user not in safety.visitors_users(doc):
		if not safety.is_supervisor():
			require_visitor(doc)
		doc.add_comment("Info", _("Checked out by a supervisor: {0}").format(_reason(reason)))
	require_complete(doc)
	differences.draw_up(doc)
	_step(
		doc,
		status=FINISHED,
		check_out_at=now_datetime(),
		check_out_latitude=_degrees(latitude, 90),
		check_out_longitude=_degrees(longitude, 180),
	)


def require_visitor(visit: Document) -> None:
	if frappe.session.user not in safety.visitors_users(visit):
		frappe.throw(
			_("Only the visitors of this visit check in and out: {0}.").format(
				"、".join(row.officer_name or row.officer for row in visit.visitors)
			),
			NotAVisitor,
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
@frappe.whitelist(methods=["POST"])
def review(visit: str, decisions: str | dict | None = None, note: str = "") -> dict:
	"""Look over a finished visit; accepted differences take effect and the benefit is reassessed.

	``decisions``: {name of the difference row: "Adopted" or "Not Adopted"}, one for every difference.
	Returns {"changes": [...], "reassessment": name or None}. The reviewer was not on the visit.
	"""
	doc = _open(visit, FINISHED)
	if set(REVIEWERS).isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("Visits are reviewed by: {0}.").format("、".join(_(role) for role in REVIEWERS)),
			ReviewByAnother,
		)
	if frappe.session.user in safety.visitors_users(doc) | {doc.owner, author(doc)}:
		frappe.throw(
			_(
				"A visit is reviewed by somebody who was not on it, did not enter it and was not the last to change it."
			),
			ReviewByAnother,
		)
	differences.decide(doc, frappe.parse_json(decisions) or {})
	changes = differences.take_effect(doc)
	proposal = _reassess(doc)
	_step(
		doc,
		status=REVIEWED,
		reviewed_by=frappe.session.user,
		reviewed_at=now_datetime(),
		review_note=note,
		reassessment=proposal,
	)
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
		planning.mark_task(visit.task, "Scheduled", visit=visit.name, on=visit.planned_on)
	elif visit.status == UNDER_WAY:
		planning.mark_task(visit.task, "Under Way", visit=visit.name)
	elif visit.status == CANCELLED:
		planning.mark_task(visit.task, "To Do")
	elif visit.status == FINISHED:
		met = visit.reception == "At Home"
		on = get_datetime(visit.check_out_at).date()
		planning.mark_task(visit.task, "Done" if met else "Cannot Visit", visit=visit.name, on=on)


@frappe.whitelist()
def closed_gates(visit: str) -> list[dict]:
	"""What still forbids setting out, for the form: [{message, article, remedy}]."""
	doc = frappe.get_doc(VISIT, visit)
	doc.check_permission("read")
	return safety.closed_gates(doc)
