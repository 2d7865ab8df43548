"""Updates as tasks (服务方案 1.1.1-26): basic information every month, benefit and family every quarter, township by township.

A task is done when the records say so, not when somebody says so: every household in benefit was changed, called, visited
or had something reported since the first day of the month; or, in the quarter, was visited, reassessed, or a change of it
was confirmed. What is caught up later counts as late; what nobody has caught up a whole period later was missed.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_days, add_months, cint, get_first_day, getdate, now_datetime, today
from pypika.terms import Case

from socaid_app.casework import records
from socaid_app.casework.people import Directory
from socaid_app.casework.steps import Steps
from socaid_app.dynamic_management import leads, standings
from socaid_app.permissions.scope import scope_of
from socaid_app.reporting import division_names

DOCTYPE, HOUSEHOLD = "Update Task", "Recipient Household"
UNDER_WAY, COMPLETE, MISSED = "Update Under Way", "Update Complete", "Update Missed"
MONTHLY, QUARTERLY = "Monthly Basic Information", "Quarterly Benefit and Family"
MONTHS = {MONTHLY: 1, QUARTERLY: 3}
# Record type, the day that counts, and in which states it does.
SAYS_SO = {
	MONTHLY: (
		("Home Visit", "check_out_at", ("Finished", "Reviewed")),
		("Service Callback", "called_at", ("Done",)),
		("Service Record", "served_on", ()),
		("Change Report", "received_on", ("Report Received", "Change Entered", "Report Answered")),
		("Circumstance Change", "creation", ("To Review", "In Effect")),
		("Household Event", "creation", ()),
	),
	QUARTERLY: (
		("Home Visit", "check_out_at", ("Finished", "Reviewed")),
		("Household Reassessment", "assessed_on", ("Proposed", "Handled")),
		("Circumstance Change", "reviewed_on", ("In Effect",)),
		("Review Classification", "confirmed_on", ("Class Confirmed",)),
	),
}
# Jobs change records as well; a change by nobody is no update.
NOBODY = ("Administrator", "Guest")


class UpdateRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=UpdateRefused)


@step(_lt("Hand to Another"), at=UNDER_WAY, duty=leads.ASSIGN, asks=("responsible",))
def hand_over(doc: Document, responsible: str) -> None:
	"""To somebody who works for the township."""
	if not scope_of(responsible).covers(doc.division):
		frappe.throw(
			_("{0} does not work for {1}.").format(
				frappe.utils.get_fullname(responsible), division_names([doc.division]).get(doc.division)
			),
			UpdateRefused,
		)


# --- every night --------------------------------------------------------------------------------------------------
def nightly() -> int:
	"""Daily: the tasks of the month and the quarter are there and counted; returns how many are new. Idempotent."""
	day, made = getdate(today()), 0
	for kind in MONTHS:
		first = first_day(kind, day)
		counted = counts(kind, first)
		made += _make(kind, first, counted)
		for task in frappe.get_all(
			DOCTYPE,
			filters={"kind": kind, "status": UNDER_WAY},
			fields=["name", "period_start", "township"],
			order_by="period_start, name",
		):
			_count(task, kind, day, counted if task.period_start == first else None)
	return made


def first_day(kind: str, day: date) -> date:
	month = get_first_day(day)
	return month if kind == MONTHLY else month.replace(month=3 * ((month.month - 1) // 3) + 1)


def _make(kind: str, first: date, counted: dict[str, tuple[int, int]]) -> int:
	there = set(
		frappe.get_all(
			DOCTYPE, filters={"kind": kind, "period_start": first}, pluck="township", order_by="township"
		)
	)
	missing = [township for township in counted if township and township not in there]
	names, directory = division_names(missing), Directory()
	for township in missing:
		_enter(kind, first, township, names.get(township, township), directory)
	return len(missing)


def _enter(kind: str, first: date, township: str, place: str, directory: Directory) -> None:
	last = getdate(add_days(add_months(first, MONTHS[kind]), -1))
	period = (
		f"{first.year}年{first.month}月"
		if kind == MONTHLY
		else f"{first.year}年第{(first.month + 2) // 3}季度"
	)
	what = "基本信息更新" if kind == MONTHLY else "救助和家庭情况更新"
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"title": f"{place}{period}{what}",
			"kind": kind,
			"period_start": first,
			"due_on": last,
			"division": township,
			"responsible": next(
				iter(directory.of_first(("Township Officer", "Township Approver"), township)), None
			),
			"task_key": f"{kind}|{first}|{township}",
		}
	)
	with records.step(doc):
		doc.insert(ignore_permissions=True)


def _count(task: frappe._dict, kind: str, day: date, counted: dict | None) -> None:
	if counted is None:
		counted = counts(kind, task.period_start)
	households, updated = counted.get(task.township, (0, 0))
	doc = frappe.get_doc(DOCTYPE, task.name)
	doc.update(
		{
			"households": households,
			"updated": updated,
			"percent": 100 * updated / households if households else 100,
			"counted_at": now_datetime(),
		}
	)
	if updated >= households:
		doc.update({"status": COMPLETE, "completed_on": day})
	elif day > getdate(add_months(doc.due_on, MONTHS[kind])):
		doc.status = MISSED
	with records.step(doc):
		doc.save(ignore_permissions=True)


# --- what the records say -----------------------------------------------------------------------------------------
def counts(kind: str, first: date) -> dict[str, tuple[int, int]]:
	"""Households in benefit, and those brought up to date since ``first``, by township; one statement."""
	household = frappe.qb.DocType(HOUSEHOLD)
	rows = (
		frappe.qb.from_(household)
		.select(household.township, Count("*"), Sum(Case().when(updated(household, kind, first), 1).else_(0)))
		.where(in_benefit(household))
		.groupby(household.township)
		.orderby(household.township)
		.run()
	)
	return {township: (cint(number), cint(done)) for township, number, done in rows}


def in_benefit(household) -> Criterion:
	return (household.status == "Active") & household.standing.isin((standings.RECEIVING, standings.GRACE))


def updated(household, kind: str, first: date) -> Criterion:
	"""Whether a record says that a household was brought up to date since a day."""
	found = [
		household.name.isin(_told(doctype, day, states, first)) for doctype, day, states in SAYS_SO[kind]
	]
	if kind == MONTHLY:
		found += _changed(household, first)
	return Criterion.any(found)


def _told(doctype: str, day: str, states: tuple[str, ...], first: date):
	record = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(record).select(record.household).where(record[day] >= first)
	return query.where(record.household.isnotnull()).where(
		record.status.isin(states) if states else record.name.isnotnull()
	)


def _changed(household, first: date) -> list[Criterion]:
	"""Somebody changed the household, or one of its members."""
	version, member = frappe.qb.DocType("Version"), frappe.qb.DocType("Household Member")

	def of(doctype: str):
		return (
			frappe.qb.from_(version)
			.select(version.docname)
			.where((version.ref_doctype == doctype) & (version.creation >= first))
			.where(version.owner.notin(NOBODY))
		)

	members = (
		frappe.qb.from_(member)
		.select(member.parent)
		.where((member.parenttype == HOUSEHOLD) & member.recipient.isin(of("Recipient")))
	)
	return [household.name.isin(of(HOUSEHOLD)), household.name.isin(members)]
