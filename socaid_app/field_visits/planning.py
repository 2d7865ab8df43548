"""A round of screening from its plan to its end: stages, tasks for every household, who does them, and by when.

The tasks themselves are written by :mod:`task_generation`; here is what staff decide about them.
"""

from __future__ import annotations

from datetime import date
from math import ceil

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Count
from frappe.utils import add_days, cint, flt, getdate, now_datetime, today
from pypika.terms import LiteralValue

from socaid_app.casework import steps
from socaid_app.casework.background import ResumableJob
from socaid_app.casework.places import add_names
from socaid_app.casework.steps import Ask, Steps
from socaid_app.field_visits import task_generation
from socaid_app.field_visits.benefits import in_force
from socaid_app.permissions.divisions import bounds
from socaid_app.permissions.scope import DivisionOutOfScope, scope_condition, scope_of
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
# What a visit may make of its task.
VISIT_MARKS = frozenset({TO_DO, SCHEDULED, UNDER_WAY, DONE, CANNOT_VISIT})
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


class OfficerUnfit(frappe.ValidationError):
	pass


class BeyondTheRound(frappe.ValidationError):
	pass


of_round = Steps(CYCLE, refusal=RoundClosed, incomplete=ReasonMissing, foreign=DivisionOutOfScope)
of_task = Steps(TASK, refusal=RoundClosed, incomplete=ReasonMissing)


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


@frappe.whitelist()
def workload(
	division: str,
	starts_on: str,
	categories: str | list | None = None,
	review_class: str | None = None,
	ratio: float = 100,
	teams: int = 1,
	visits_per_day: int = 1,
	reserve_percent: float = 0,
	visits_from: str | None = None,
	visits_to: str | None = None,
) -> dict:
	"""What a round would ask of its teams, before it is saved.

	Returns the fields of ``cycles.Workload`` with ``enough``, and ``rows`` of {township, township_name, category, households}
	of the user's own divisions. The working days are those between ``visits_from`` and ``visits_to``.
	"""
	frappe.has_permission(CYCLE, "read", throw=True)
	start = getdate(starts_on)
	if not (visits_from and visits_to):
		stage = next(row for row in default_stages(start) if row["stage"] == cycles.VISITS)
		visits_from, visits_to = stage["starts_on"], stage["due_on"]
	total, rows = _households(division, start, frappe.parse_json(categories) or [], review_class)
	days = rules.calendar().workdays_between(add_days(getdate(visits_from), -1), getdate(visits_to))
	load = cycles.workload(
		_share(total, flt(ratio)),
		max(cint(teams), 1),
		max(cint(visits_per_day), 1),
		flt(reserve_percent),
		days,
	)
	add_names(rows, "township")
	return {**load.__dict__, "enough": load.enough, "rows": rows}


def _share(total: int, ratio: float) -> int:
	return ceil(total * ratio / 100)


def _households(division: str, on: date, categories: list[str], review_class: str | None) -> tuple[int, list]:
	"""How many households have a benefit in force, and by township and category.

	One with two benefits is visited once, but stands in two rows.
	"""
	table, household = frappe.qb.DocType("Entitlement"), frappe.qb.DocType("Recipient Household")
	wanted = [household.status == "Active", household.division.between(*bounds(division))]
	if categories:
		wanted.append(table.category.isin(categories))
	if review_class:
		wanted.append(household.review_class == review_class)
	wanted.append(LiteralValue(in_force(on)))
	# Frappe filters lists, not queries: the same criterion is put in by hand.
	if condition := scope_condition("Recipient Household"):
		wanted.append(LiteralValue(condition))
	source = (
		frappe.qb.from_(table)
		.join(household)
		.on(household.name == table.household)
		.where(Criterion.all(wanted))
	)
	households = Count(table.household).distinct()
	rows = (
		source.select(household.township, table.category, households.as_("households"))
		.groupby(household.township, table.category)
		.orderby(household.township, table.category)
		.run(as_dict=True)
	)
	return source.select(households).run()[0][0], rows


# --- its tasks ------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def start(cycle: str) -> None:
	"""Generate the tasks of a round in the background; again, to add the households that came since."""
	doc = _own_cycle(cycle)
	_refuse_closed(doc)
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
	_refuse_closed(doc)
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
	recount(row.cycle)


@frappe.whitelist(methods=["POST"])
def assign(cycle: str, officer: str, division: str, include_assigned: bool | int = False) -> int:
	"""Give the open tasks of a village or township to one officer; returns how many.

	Tasks that somebody has already are left alone unless ``include_assigned``.
	"""
	frappe.has_permission(TASK, "write", throw=True)
	_refuse_closed(frappe.get_doc(CYCLE, cycle))
	_require_division(division)
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
	low, high = bounds(row.division)
	if not low <= division <= high:
		frappe.throw(
			_("{0} works in another area ({1}). Choose an officer of this one.").format(
				row.officer_name, row.division
			),
			OfficerUnfit,
		)


def _of_a_closed_round(task: Document) -> list[RoundClosed]:
	status = frappe.db.get_value(CYCLE, task.cycle, "status")
	return [RoundClosed(closed_sentence(task.cycle, status))] if status in CLOSED else []


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
	last = getdate(frappe.db.get_value(CYCLE, task.cycle, "ends_on"))
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
	_require_division(doc.division)
	return doc


def _require_division(division: str) -> None:
	if not scope_of().covers(division):
		frappe.throw(_outside_sentence(division), DivisionOutOfScope)


def _outside_sentence(division: str) -> str:
	return _("{0} lies outside the divisions you work for. The county office plans rounds there.").format(
		division
	)


def _refuse_closed(doc: Document) -> None:
	if doc.status in CLOSED:
		frappe.throw(closed_sentence(doc.name, doc.status), RoundClosed)


def closed_sentence(cycle: str, status: str) -> str:
	return _("Round {0} is closed ({1}). Plan a new one.").format(cycle, _(status, context=CYCLE))
