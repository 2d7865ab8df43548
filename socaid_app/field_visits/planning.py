"""A round of screening from its plan to its end: its stages, a task for every household, its counters.

The tasks are written by :mod:`task_generation`; who does them and by when is decided in :mod:`screening_tasks`; what a
round would ask of its teams is reckoned in :mod:`round_workload`.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import flt, getdate, now_datetime, today

from socaid_app.casework import steps
from socaid_app.casework.background import ResumableJob
from socaid_app.casework.steps import Ask, Steps
from socaid_app.field_visits import task_generation
from socaid_app.permissions.scope import DivisionOutOfScope, scope_of
from socaid_app.policy import cycles
from socaid_app.socaid_app import rules

CYCLE, TASK, STAGE = "Screening Cycle", "Screening Task", "Screening Stage"
CAMPAIGNS = frozenset({"Policy Campaign", "Holiday Visit"})
DRAFT, GENERATING, RUNNING, COMPLETED, CANCELLED = (
	"Draft",
	"Generating",
	"Running",
	"Completed",
	"Cancelled",
)
NOT_CLOSED = (DRAFT, GENERATING, RUNNING)
CLOSED = frozenset({COMPLETED, CANCELLED})
TO_DO, SCHEDULED, UNDER_WAY, DONE, CANNOT_VISIT, LEFT_OUT = (
	"To Do",
	"Scheduled",
	"Under Way",
	"Done",
	"Cannot Visit",
	"Left Out",
)
OPEN_TASKS = (TO_DO, SCHEDULED, UNDER_WAY)
# Where the next visit may be planned.
WITHOUT_VISIT = (TO_DO, CANNOT_VISIT)
GOALS = {
	cycles.COLLECTION: "核对名单和基本信息，补齐缺项",
	cycles.VISITS: "逐户走访，核实收入、财产和需求",
	cycles.PROCESSING: "录入走访结果，核对差异",
	cycles.ASSESSMENT: "审核评估，提出增减停意见",
}


class RoundClosed(frappe.ValidationError):
	pass


class TasksStillOpen(frappe.ValidationError):
	pass


class ReasonMissing(frappe.ValidationError):
	pass


of_round = Steps(CYCLE, refusal=RoundClosed, incomplete=ReasonMissing, foreign=DivisionOutOfScope)


# --- the plan -------------------------------------------------------------------------------------------
def default_stages(starts_on: date | str) -> list[dict]:
	"""Rows of the stages table for a round that starts on a day, by the parameters of that day."""
	start, parameters = getdate(starts_on), rules.parameters()
	stages = cycles.default_stages(
		start,
		int(parameters.get("service_info_collect_days", start)),
		int(parameters.get("service_visit_days", start)),
	)
	return [
		{
			"stage": row.stage,
			"starts_on": row.starts_on,
			"due_on": row.due_on,
			"goal": GOALS[row.stage],
			"status": cycles.OPEN,
		}
		for row in stages
	]


# --- its tasks ------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def start(cycle: str) -> None:
	"""Generate the tasks of a round in the background; again, to add the households that came since."""
	doc = _own_cycle(cycle)
	refuse_closed(doc)
	frappe.db.set_value(CYCLE, cycle, "status", GENERATING)
	JOB.enqueue(cycle)


def run(cycle: str) -> None:
	"""The job: each chunk is kept, so one that was killed goes on where it stopped."""
	if frappe.db.get_value(CYCLE, cycle, "status") == GENERATING:
		generate(cycle, commit=True)


JOB = ResumableJob("screening-tasks", f"{__name__}.run", CYCLE, (GENERATING,))


def generate(cycle: str, commit: bool = False) -> dict[str, int]:
	"""A task for every household in scope; returns {'total', 'done', 'excluded'}.

	Safe to run again: existing tasks stay, households that came since are added, and whoever was left out for
	a reason that has passed gets a task. With ``commit`` each chunk is kept, so a broken run goes on where it
	stopped.
	"""
	doc = frappe.get_doc(CYCLE, cycle)
	refuse_closed(doc)
	try:
		task_generation.write_tasks(doc, visits_due(doc), commit=commit)
	except Exception:
		if commit:
			_give_back(doc)
		raise
	frappe.db.set_value(CYCLE, cycle, {"status": RUNNING, "generated_at": now_datetime()})
	_tell_form(cycle, after_commit=True)
	return recount(cycle)


def _give_back(doc: Document) -> None:
	"""A run that failed leaves the round as it was before, ready to be started again."""
	frappe.db.rollback()
	frappe.db.set_value(CYCLE, doc.name, "status", RUNNING if doc.generated_at else DRAFT)
	frappe.db.commit()
	_tell_form(doc.name)


def _tell_form(cycle: str, after_commit: bool = False) -> None:
	frappe.publish_realtime(
		"screening_tasks", {"cycle": cycle}, doctype=CYCLE, docname=cycle, after_commit=after_commit
	)


def visits_due(doc: Document) -> date:
	"""The day by which the households of a round are visited."""
	return getdate(next(row.due_on for row in doc.stages if row.stage == cycles.VISITS))


def recount(cycle: str) -> dict[str, int]:
	"""Bring the round's counters up to its tasks; returns them."""
	counts = task_counts(cycle)
	excluded = counts.get(LEFT_OUT, 0)
	total = sum(counts.values()) - excluded
	done = counts.get(DONE, 0)
	frappe.db.set_value(
		CYCLE,
		cycle,
		{
			"tasks_total": total,
			"tasks_done": done,
			"tasks_excluded": excluded,
			"percent_done": flt(done * 100 / total, 1) if total else 0,
		},
		update_modified=False,
	)
	return {"total": total, "done": done, "excluded": excluded}


def task_counts(cycle: str) -> dict[str, int]:
	table = frappe.qb.DocType(TASK)
	rows = (
		frappe.qb.from_(table)
		.select(table.status, Count("*"))
		.where(table.cycle == cycle)
		.groupby(table.status)
		.run()
	)
	return dict(rows)


def follow_visit_stage(doc: Document) -> None:
	"""When the visiting stage of a running round is moved, its open tasks move along; rescheduled ones stay."""
	before = doc.get_doc_before_save()
	if not before or not doc.generated_at:
		return
	old, new = visits_due(before), visits_due(doc)
	if old == new:
		return
	table = frappe.qb.DocType(TASK)
	(
		frappe.qb.update(table)
		.set(table.due_on, new)
		.where((table.cycle == doc.name) & table.status.isin(OPEN_TASKS) & (table.due_on == old))
		.run()
	)


# --- its end --------------------------------------------------------------------------------------------
def _outside(cycle: Document) -> str:
	return "" if scope_of().covers(cycle.division) else _outside_sentence(cycle.division)


def _not_visited(cycle: Document) -> list[TasksStillOpen]:
	"""Nobody in scope may be without visit or stated reason (service plan 1.1.3-1)."""
	if not cycle.generated_at:
		return [TasksStillOpen(_("This round has no tasks yet. Generate them, or cancel the round."))]
	waiting = sum(count for status, count in task_counts(cycle.name).items() if status in OPEN_TASKS)
	if not waiting:
		return []
	return [
		TasksStillOpen(
			_(
				"{0} households of this round are not visited yet. Visit them, or record on the visit why that was not possible."
			).format(waiting)
		)
	]


@of_round(
	_lt("Complete Round"),
	at=NOT_CLOSED,
	to=COMPLETED,
	who=_outside,
	missing=_not_visited,
	confirm=_lt("Close this round? Every household in it is visited or its reason is recorded."),
)
def complete(cycle: Document) -> None:
	"""Close a round."""
	steps.done(cycle)
	recount(cycle.name)


@of_round(
	_lt("Cancel Round"),
	at=NOT_CLOSED,
	to=CANCELLED,
	who=_outside,
	asks=(Ask("reason", label=_lt("Reason for Cancelling")),),
)
def cancel(cycle: Document, reason: str) -> None:
	"""Give up a round; its open tasks are left out for that reason."""
	table = frappe.qb.DocType(TASK)
	(
		frappe.qb.update(table)
		.set(table.status, LEFT_OUT)
		.set(table.left_out_reason, "Round Cancelled")
		.set(table.modified, now_datetime())
		.where((table.cycle == cycle.name) & table.status.isin(OPEN_TASKS))
		.run()
	)
	steps.done(cycle, cancel_reason=reason)
	recount(cycle.name)


def mark_overdue_stages() -> None:
	"""Daily: stages of running rounds whose day and buffer have passed. One UPDATE, safe to run again."""
	# Raw SQL: an UPDATE over a join with date arithmetic has no query-builder form.
	frappe.db.sql(
		"""update `tabScreening Stage` stage join `tabScreening Cycle` cycle on cycle.name = stage.parent
		set stage.status = %(overdue)s
		where cycle.status in %(running)s and stage.status = %(open)s and stage.done_on is null
			and stage.due_on + interval ifnull(stage.buffer_days, 0) day < %(today)s""",
		{
			"overdue": cycles.OVERDUE,
			"open": cycles.OPEN,
			"running": [DRAFT, GENERATING, RUNNING],
			"today": today(),
		},
	)


# --- shared ---------------------------------------------------------------------------------------------
def _own_cycle(cycle: str) -> Document:
	"""The round, if the user may change it: the role allows it and its area is the user's."""
	doc = frappe.get_doc(CYCLE, cycle)
	doc.check_permission("write")
	require_division(doc.division)
	return doc


def require_division(division: str) -> None:
	if not scope_of().covers(division):
		frappe.throw(_outside_sentence(division), DivisionOutOfScope)


def _outside_sentence(division: str) -> str:
	return _("{0} lies outside the divisions you work for. The county office plans rounds there.").format(
		division
	)


def refuse_closed(doc: Document) -> None:
	if doc.status in CLOSED:
		frappe.throw(closed_sentence(doc.name, doc.status), RoundClosed)


def closed_sentence(cycle: str, status: str) -> str:
	return _("Round {0} is closed ({1}). Plan a new one.").format(cycle, _(status, context=CYCLE))
