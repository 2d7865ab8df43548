"""Which petitions a report may count, and what the ledger (信访台账, form E-25) says of each.

Every query carries the criterion of secrecy.py: an accusation is neither listed nor counted for anybody else.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Avg, Coalesce, Count, Min, Sum
from frappe.utils import cint, cstr, getdate, today
from pypika import CustomFunction, Table
from pypika.terms import LiteralValue

from socaid_app.casework.places import division_names
from socaid_app.petition_desk import secrecy
from socaid_app.petition_desk.letter_words import petition_term as term
from socaid_app.policy import petitions
from socaid_app.policy.identity import mask_phone

PETITION = Table("tabPetition")
DAYS_BETWEEN = CustomFunction("datediff", ["later", "earlier"])
DONE = "Done"
RATINGS = ("Very Satisfied", "Satisfied", "Neither", "Dissatisfied")
CONTENT = RATINGS[:2]
EQUAL = ("township", "category", "status", "channel", "matter", "handling_unit")
FIELDS = (
	"name",
	"petition_number",
	"received_on",
	"channel",
	"real_name",
	"anonymous_wish",
	"petitioner_name",
	"phone",
	"division",
	"township",
	"people_count",
	"group_petition",
	"is_repeat",
	"category",
	"assistance_category",
	"demand",
	"subject",
	"handling_unit",
	"handler",
	"notice_due",
	"accepted_on",
	"decide_due",
	"extended_until",
	"decision",
	"answered_on",
	"delivery_method",
	"satisfaction",
	"archive_number",
	"status",
	"current_due",
	"due_status",
)


def criteria(filters: dict | None) -> list[Criterion]:
	"""What the report's filters and the reader's rights leave of Petition.

	``filters``: from_date and to_date (received), township, category, status, channel, matter, handling_unit,
	overdue (only what is late today).
	"""
	filters = frappe._dict(filters or {})
	wanted = [PETITION[field] == filters[field] for field in EQUAL if filters.get(field)]
	if filters.from_date:
		wanted.append(PETITION.received_on >= getdate(filters.from_date))
	if filters.to_date:
		wanted.append(PETITION.received_on <= getdate(filters.to_date))
	if cint(filters.overdue):
		wanted.append(is_overdue(getdate(today())))
	if condition := secrecy.query_condition(frappe.session.user, "Petition"):
		wanted.append(LiteralValue(condition))
	return wanted


def is_overdue(on: date) -> Criterion:
	"""A clock runs and its last day is over, whether or not the nightly job has said so yet."""
	return (PETITION.current_due < on) & ((PETITION.due_status != DONE) | PETITION.due_status.isnull())


# --- counting ---------------------------------------------------------------------------------------------
def counted(by: tuple[str, ...], filters: dict | None) -> list[frappe._dict]:
	"""Petitions counted by columns of Petition: one statement.

	``total``; ``open``; ``answered``; ``late``: a clock was missed, by a step taken late or not yet taken;
	``days``: from receipt to the answer on average; ``rated``, ``satisfied``, ``dissatisfied``.
	"""
	day = getdate(today())
	columns = [PETITION[column] for column in by]
	return (
		frappe.qb.from_(PETITION)
		.select(
			*columns,
			Count("*").as_("total"),
			_how_many(PETITION.status.notin(petitions.STILL_OPEN)).as_("answered"),
			_how_many(PETITION.status.isin(petitions.STILL_OPEN)).as_("open"),
			_how_many(is_late(day)).as_("late"),
			Avg(DAYS_BETWEEN(finished_on(), PETITION.received_on)).as_("days"),
			_how_many(PETITION.satisfaction.isin(RATINGS)).as_("rated"),
			_how_many(PETITION.satisfaction.isin(CONTENT)).as_("satisfied"),
			_how_many(PETITION.satisfaction == "Dissatisfied").as_("dissatisfied"),
		)
		.where(Criterion.all(criteria(filters)))
		.groupby(*columns)
		.orderby(*columns)
		.run(as_dict=True)
	)


def _how_many(test: Criterion):
	return Sum(Case().when(test, 1).else_(0))


def finished_on():
	"""The day a petition was answered or otherwise concluded; null while it is open."""
	return Coalesce(PETITION.answered_on, PETITION.closed_on)


def is_late(day: date) -> Criterion:
	"""15 days for the notice and, where they run, 60 (+30) for the answer: the step was taken after its last day,
	or that day is over without it (信访工作条例 Art. 23, 34)."""
	answer_due = Coalesce(PETITION.extended_until, PETITION.decide_due)
	noticed = Coalesce(PETITION.notified_on, PETITION.accepted_on, finished_on(), day)
	return (noticed > PETITION.notice_due) | (
		Coalesce(PETITION.answered_on, PETITION.closed_on, day) > answer_due
	)


# --- the ledger -------------------------------------------------------------------------------------------
def rows(filters: dict | None) -> list[frappe._dict]:
	"""The ledger, oldest first: three statements, however many petitions."""
	wanted = criteria(filters)
	petitions = (
		frappe.qb.from_(PETITION)
		.select(*(PETITION[field] for field in FIELDS))
		.where(Criterion.all(wanted))
		.orderby(PETITION.received_on, PETITION.name)
		.run(as_dict=True)
	)
	passed_on, reviews = _passed_on(wanted), _reviews(wanted)
	places = division_names(code for row in petitions for code in (row.division, row.township))
	staff = _names({row.handler for row in petitions})
	day = getdate(today())
	return [
		_row(number, row, passed_on.get(row.name), reviews.get(row.name), places, staff, day)
		for number, row in enumerate(petitions, 1)
	]


def _row(number: int, row: frappe._dict, passed_on, reviews, places: dict, staff: dict, day: date) -> dict:
	return frappe._dict(
		number=number,
		petition=row.name,
		petition_number=row.petition_number or row.name,
		received_on=row.received_on,
		channel=term(row.channel),
		petitioner=petitioner(row),
		contact=mask_phone(row.phone or "") if knows_name(row) else "",
		place=place(row, places),
		people=people(row),
		repeat=_("Yes") if row.is_repeat else _("No"),
		category=term(row.category),
		assistance_category=row.assistance_category,
		demand=row.demand or row.subject,
		handled_by=" / ".join(part for part in (row.handling_unit, staff.get(row.handler)) if part),
		notice_due=row.notice_due,
		taken_up=row.accepted_on or passed_on,
		decide_due=row.decide_due,
		extended_until=row.extended_until,
		decision=term(row.decision),
		answered_on=row.answered_on,
		delivery_method=term(row.delivery_method, "Document Delivery"),
		satisfaction=term(row.satisfaction),
		reviews=reviews or "",
		archive_number=row.archive_number,
		overdue=bool(row.current_due and row.current_due < day and row.due_status != DONE),
	)


def knows_name(row: frappe._dict) -> bool:
	"""Whether the petitioner may be named beyond those who handle the petition."""
	return bool(row.real_name and not row.anonymous_wish)


def petitioner(row: frappe._dict) -> str:
	"""The name, or that there is none to be told."""
	if not row.real_name:
		return _("Anonymous")
	return _("Name Kept Secret") if row.anonymous_wish else cstr(row.petitioner_name)


def place(row: frappe._dict, names: dict[str, str]) -> str:
	"""Township and village, never a house."""
	return "".join(dict.fromkeys(names[code] for code in (row.township, row.division) if code in names))


def people(row: frappe._dict) -> str:
	count = cint(row.people_count) or 1
	return f"{count} ({_('Group', context='Petition')})" if row.group_petition else str(count)


def _passed_on(wanted: list[Criterion]) -> dict[str, date]:
	"""petition → day it was first passed on or assigned."""
	transfer = frappe.qb.DocType("Petition Transfer")
	return dict(
		frappe.qb.from_(transfer)
		.join(PETITION)
		.on(PETITION.name == transfer.petition)
		.select(transfer.petition, Min(transfer.sent_on))
		.where(Criterion.all(wanted))
		.groupby(transfer.petition)
		.run()
	)


def _reviews(wanted: list[Criterion]) -> dict[str, str]:
	"""petition → its reviews and rechecks with their conclusions, in their order."""
	review = frappe.qb.DocType("Petition Review")
	found = (
		frappe.qb.from_(review)
		.join(PETITION)
		.on(PETITION.name == review.petition)
		.select(review.petition, review.stage, review.conclusion, review.status)
		.where(Criterion.all(wanted))
		.orderby(review.petition, review.requested_on, review.creation)
		.run(as_dict=True)
	)
	said: dict[str, list[str]] = {}
	row_type = "Petition Review"
	for row in found:
		text = f"{term(row.stage, row_type)}：{term(row.conclusion or row.status, row_type)}"
		said.setdefault(row.petition, []).append(text)
	return {petition: "；".join(texts) for petition, texts in said.items()}


def _names(users: set[str | None]) -> dict[str, str]:
	wanted = sorted(user for user in users if user)
	rows = frappe.get_all(
		"User", filters={"name": ["in", wanted or [""]]}, fields=["name", "full_name"], order_by="name"
	)
	return {row.name: row.full_name for row in rows}
