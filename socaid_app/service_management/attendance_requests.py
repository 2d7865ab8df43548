"""Leave and corrections of attendance: asked for by the person, decided by another, and the days follow at once."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, date_diff, getdate, today

from socaid_app.casework.steps import AUTHOR, Steps, done
from socaid_app.field_visits import times_of_day
from socaid_app.field_visits.employment import DECIDE
from socaid_app.service_management import attendance
from socaid_app.service_management.attendance import APPROVED, LEAVE, REQUEST
from socaid_app.socaid_app import rules
from socaid_app.socaid_app.safety import parameter

OPEN, REFUSED, WITHDRAWN = "Request Open", "Request Refused", "Request Withdrawn"
# Of one request.
MOST_DAYS = 366


class RequestInvalid(frappe.ValidationError):
	pass


step = Steps(
	REQUEST,
	every={"another": _lt("Another person decides than the one it is about and whoever entered it.")},
)


def check(doc: Document) -> None:
	"""From ``validate``. Raises RequestInvalid."""
	if doc.kind == LEAVE:
		doc.to_day = doc.to_day or doc.from_day
		doc.arrived_at = doc.left_at = None
		_check_leave(doc)
	else:
		doc.leave_kind, doc.to_day = "", doc.from_day
		_check_correction(doc)
	if doc.status == OPEN:
		doc.decide_by = rules.calendar().add_workdays(getdate(today()), parameter("leave_decision_days"))[0]


def _check_leave(doc: Document) -> None:
	if getdate(doc.to_day) < getdate(doc.from_day):
		_refuse(_("The last day lies before the first."))
	if date_diff(doc.to_day, doc.from_day) >= MOST_DAYS:
		_refuse(_("One request covers a year at most."))
	if doc.part != "Whole Day" and doc.to_day != doc.from_day:
		_refuse(_("Half a day of leave is on one day."))
	if doc.status not in (OPEN, APPROVED):
		return
	other = frappe.db.sql(
		f"""select name from `tab{REQUEST}` where officer = %(officer)s and kind = %(kind)s and name != %(name)s
		and status in %(open)s and from_day <= %(to)s and coalesce(to_day, from_day) >= %(from)s
		and (part = %(part)s or part = 'Whole Day' or %(part)s = 'Whole Day') limit 1""",
		{
			"officer": doc.officer,
			"kind": LEAVE,
			"name": doc.name or "",
			"open": (OPEN, APPROVED),
			"from": doc.from_day,
			"to": doc.to_day,
			"part": doc.part,
		},
		pluck=True,
	)
	if other:
		_refuse(_("These days are part of another request: {0}.").format(other[0]))


def _check_correction(doc: Document) -> None:
	for field in ("arrived_at", "left_at"):
		doc.set(field, times_of_day.clock(times_of_day.minute(doc.get(field))))
	if not doc.arrived_at and not doc.left_at:
		_refuse(_("State when you arrived or left."))
	if getdate(doc.from_day) > getdate(today()):
		_refuse(_("The day lies in the future."))
	days = parameter("attendance_correction_days")
	if doc.is_new() and getdate(doc.from_day) < getdate(add_days(today(), -days)):
		_refuse(_("Corrections are asked for within {0} days.").format(days))


def _refuse(sentence: str) -> None:
	frappe.throw(sentence, RequestInvalid)


def follow(doc: Document) -> None:
	"""The days of a request are computed anew, those to come when they come."""
	last = min(getdate(doc.to_day or doc.from_day), getdate(today()))
	day, keys = getdate(doc.from_day), set()
	while day <= last:
		keys.add((doc.officer, day))
		day += timedelta(days=1)
	attendance.compute(keys)


@step(
	_lt("Approve"),
	at=OPEN,
	to=APPROVED,
	duty=DECIDE,
	not_by=("owner", AUTHOR, "user"),
	permission="read",
	stamps=("decided_by", "decided_on"),
	primary=True,
)
def approve_request(doc: Document) -> None:
	"""Leave counts, a forgotten mark is made up."""
	done(doc)
	follow(doc)


@step(
	_lt("Refuse"),
	at=OPEN,
	to=REFUSED,
	duty=DECIDE,
	not_by=("owner", AUTHOR, "user"),
	permission="read",
	asks=("refusal_reason",),
	stamps=("decided_by", "decided_on"),
)
def refuse_request(doc: Document, refusal_reason: str) -> None:
	"""With a reason."""


def not_yours(doc: Document) -> str:
	return "" if frappe.session.user in (doc.user, doc.owner) else _("Taken back by whoever asked for it.")


@step(_lt("Withdraw"), at=OPEN, to=WITHDRAWN, who=not_yours, permission="read")
def withdraw_request(doc: Document) -> None:
	"""By whoever asked for it."""


@step(
	_lt("Take Approval Back"),
	at=APPROVED,
	to=REFUSED,
	duty=DECIDE,
	not_by=("user",),
	permission="read",
	asks=("refusal_reason",),
	stamps=("decided_by", "decided_on"),
)
def take_approval_back(doc: Document, refusal_reason: str) -> None:
	"""The leave was not taken, or what was corrected was not so: the days are as if it had never been approved."""
	done(doc)
	follow(doc)
