"""The tasks of a round: who does them, by when, and what a visit makes of them."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import cint, getdate, now_datetime, today

from socaid_app.casework.steps import Ask, Steps
from socaid_app.field_visits import planning
from socaid_app.field_visits.planning import (
	CANNOT_VISIT,
	DONE,
	LEFT_OUT,
	OPEN_TASKS,
	SCHEDULED,
	TASK,
	TO_DO,
	UNDER_WAY,
)
from socaid_app.permissions.divisions import bounds
from socaid_app.socaid_app import safety

# What a visit may make of its task.
VISIT_MARKS = frozenset({TO_DO, SCHEDULED, UNDER_WAY, DONE, CANNOT_VISIT})


class OfficerUnfit(frappe.ValidationError):
	pass


class BeyondTheRound(frappe.ValidationError):
	pass


of_task = Steps(TASK, refusal=planning.RoundClosed, incomplete=planning.ReasonMissing)


def mark_task(task: str, status: str, visit: str | None = None, on: date | str | None = None) -> None:
	"""What a visit makes of its task; called by the visit, never by a form.

	``status``: Scheduled (``on`` is the planned day), Under Way, Done (``on`` the day of the visit), Cannot
	Visit, or To Do when a planned visit was cancelled: then the task is free for another. A task that is done
	or left out stays so.
	"""
	if status not in VISIT_MARKS:
		raise ValueError(f"a visit cannot make a task {status!r}")
	row = frappe.db.get_value(TASK, task, ["status", "cycle"], as_dict=True, for_update=True)
	if not row or row.status in (DONE, LEFT_OUT):
		return
	values = {"status": status, "visit": None if status == TO_DO else visit}
	if status in (TO_DO, SCHEDULED):
		values["planned_on"] = on if status == SCHEDULED else None
	if status == DONE:
		values["done_on"] = on or today()
	frappe.db.set_value(TASK, task, values)
	planning.recount(row.cycle)


@frappe.whitelist(methods=["POST"])
def assign(cycle: str, officer: str, division: str, include_assigned: bool | int = False) -> int:
	"""Give the open tasks of a village or township to one officer; returns how many.

	Tasks that somebody has already are left alone unless ``include_assigned``.
	"""
	frappe.has_permission(TASK, "write", throw=True)
	planning.refuse_closed(frappe.get_doc(planning.CYCLE, cycle))
	planning.require_division(division)
	check_officer(officer, division)
	table = frappe.qb.DocType(TASK)
	wanted = (
		(table.cycle == cycle)
		& table.division.between(*bounds(division))
		& table.status.isin([TO_DO, SCHEDULED])
		& (table.officer.isnull() | (table.officer != officer))
	)
	if not cint(include_assigned):
		wanted &= table.officer.isnull()
	count = frappe.qb.from_(table).select(Count("*")).where(wanted).run()[0][0]
	(
		frappe.qb.update(table)
		.set(table.officer, officer)
		.set(table.modified, now_datetime())
		.set(table.modified_by, frappe.session.user)
		.where(wanted)
		.run()
	)
	return count


def check_officer(officer: str, division: str) -> None:
	"""Raises OfficerUnfit for one who is off duty or works elsewhere."""
	row = frappe.db.get_value("Visit Officer", officer, ["active", "division", "officer_name"], as_dict=True)
	if not row or not row.active:
		frappe.throw(_("{0} is not on duty. Choose another officer.").format(officer), OfficerUnfit)
	safety.require_proofs(today(), [officer])
	low, high = bounds(row.division)
	if not low <= division <= high:
		frappe.throw(
			_("{0} works in another area ({1}). Choose an officer of this one.").format(
				row.officer_name, row.division
			),
			OfficerUnfit,
		)


def _of_a_closed_round(task: Document) -> list[planning.RoundClosed]:
	status = frappe.db.get_value(planning.CYCLE, task.cycle, "status")
	return (
		[planning.RoundClosed(planning.closed_sentence(task.cycle, status))]
		if status in planning.CLOSED
		else []
	)


@of_task(
	_lt("Reschedule"),
	at=OPEN_TASKS,
	asks=(
		Ask("due_on", label=_lt("New Due Date"), fieldtype="Date", default=lambda task: task.due_on),
		Ask(
			"reason",
			label=_lt("Reason for Rescheduling"),
			description=_lt("Bad weather, illness or the like."),
		),
	),
	missing=_of_a_closed_round,
)
def reschedule(task: Document, due_on: str, reason: str) -> None:
	"""Move the due date of one task for bad weather, illness or the like, within the round and its buffer."""
	last = getdate(frappe.db.get_value(planning.CYCLE, task.cycle, "ends_on"))
	if not getdate(today()) <= getdate(due_on) <= last:
		frappe.throw(
			_(
				"The new date lies between today and {0}, the end of the round with its buffer. Extend the round if that is not enough."
			).format(last),
			BeyondTheRound,
		)
	task.update(
		{
			"first_due_on": task.first_due_on or task.due_on,
			"due_on": due_on,
			"reschedule_count": cint(task.reschedule_count) + 1,
			"reschedule_reason": reason,
		}
	)
