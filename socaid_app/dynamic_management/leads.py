"""Leads (主动发现): somebody may need help and has not asked for it. From the report to its answer.

A village, a hotline, a visit or another body reports whom they found and what is needed; somebody is sent, calls or
visits, and says what came of it – an application, a referral, help that is there already, none that is needed or
wanted. Whoever reported is told. Two reports of one person are recognised, and one of them is followed.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, cstr, getdate, today

from socaid_app.casework import duties, holidays
from socaid_app.casework.people import Directory
from socaid_app.casework.steps import Ask, Steps, Turn
from socaid_app.permissions.scope import scope_of
from socaid_app.socaid_app import registry, rules

DOCTYPE = "Assistance Lead"
REPORTED, ASSIGNED, CONTACTED, SETTLED, ANSWERED, DUPLICATE, VOID = (
	"Lead Reported",
	"Lead Assigned",
	"Family Contacted",
	"Lead Settled",
	"Reporter Answered",
	"Duplicate Lead",
	"Lead Void",
)
OPEN = (REPORTED, ASSIGNED, CONTACTED)
URGENT = "Urgent Lead"
WANTS_NO_CONTACT = "Does Not Want Contact"
BEGUN, REFERRED, ALREADY, NOT_NEEDED, REFUSED, NOBODY = (
	"Application Begun",
	"Need Referred",
	"Already Helped",
	"Help Not Needed",
	"Help Refused",
	"Nobody Found",
)
ASSIGN, FOLLOW = "Assign Leads", "Follow Up Leads"
# A report of the same person within so many days is most likely the same need.
SAME_WITHIN_DAYS = 90


class LeadRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=LeadRefused)


# --- entering -----------------------------------------------------------------------------------------------------
def fill(doc: Document) -> None:
	"""From ``before_validate``: what the registry knows of the person."""
	if not doc.recipient:
		return
	person = frappe.db.get_value("Recipient", doc.recipient, ["full_name", "division"], as_dict=True)
	doc.person_name, doc.division = person.full_name, doc.division or person.division
	doc.household = doc.household or next(iter(registry.households_of(doc.recipient)), None)


def check(doc: Document) -> None:
	"""From ``validate``."""
	if getdate(doc.reported_on) > getdate(today()):
		frappe.throw(_("A lead cannot be reported on a day to come."), LeadRefused)
	if doc.recipient and frappe.db.get_value("Recipient", doc.recipient, "deceased_on"):
		frappe.throw(
			_("{0} has died. Report the lead about a living member of the family.").format(doc.person_name),
			LeadRefused,
		)


def set_due_dates(doc: Document) -> None:
	"""Working days from the report; an urgent one is gone after sooner."""
	key = "lead_contact_days_urgent" if doc.urgency == URGENT else "lead_contact_days"
	doc.due_on = rules.workdays_after(key, doc.reported_on)
	doc.answer_due_on = (
		rules.workdays_after("lead_answer_days", doc.reported_on) if cint(doc.answer_wanted) else None
	)


def find_resembling(doc: Document) -> str | None:
	"""The earliest other report that is about the same person: the same in the registry, the same household, or the
	same name or telephone in the same village."""
	lead = frappe.qb.DocType(DOCTYPE)
	same = (lead.division == doc.division) & (lead.person_name == cstr(doc.person_name))
	if doc.phone:
		same |= (lead.division == doc.division) & (lead.phone == doc.phone)
	for field in ("recipient", "household"):
		if doc.get(field):
			same |= lead[field] == doc.get(field)
	rows = (
		frappe.qb.from_(lead)
		.select(lead.name)
		.where((lead.name != cstr(doc.name)) & same)
		.where(lead.status.notin((DUPLICATE, VOID)))
		.where(lead.reported_on >= add_days(getdate(doc.reported_on), -SAME_WITHIN_DAYS))
		.orderby(lead.reported_on)
		.orderby(lead.name)
		.limit(1)
		.run()
	)
	return rows[0][0] if rows else None


# --- following up -------------------------------------------------------------------------------------------------
def is_first_step(doc: Document) -> bool:
	return doc.status == REPORTED and not doc.resembles


@step(
	_lt("Assign Lead"),
	at=(REPORTED, ASSIGNED, CONTACTED),
	duty=ASSIGN,
	asks=(Ask("follower"),),
	stamps=("assigned_on",),
	primary=is_first_step,
)
def assign(doc: Document, follower: str) -> None:
	"""To somebody who works for the place and has the duty; they are told."""
	if not duties.holds(FOLLOW, follower) or not scope_of(follower).covers(doc.division):
		frappe.throw(
			_("{0} does not follow up leads in this place. Choose one of: {1}.").format(
				frappe.utils.get_fullname(follower), duties.names(FOLLOW)
			),
			LeadRefused,
		)
	if doc.status == REPORTED:
		doc.status = ASSIGNED


def is_unwanted(doc: Document) -> bool:
	return doc.consent == WANTS_NO_CONTACT


def no_contact_wanted(doc: Document) -> list[str]:
	if is_unwanted(doc):
		return [
			_("{0} does not want to be contacted. Settle the lead as “{1}”.").format(
				doc.person_name, _(REFUSED, context=DOCTYPE)
			)
		]
	return []


@step(
	_lt("Note the Contact"),
	at=(ASSIGNED, CONTACTED),
	to=CONTACTED,
	duty=FOLLOW,
	missing=no_contact_wanted,
	asks=(
		Ask("contacted_on", default=lambda doc: doc.contacted_on or today()),
		Ask("contact_way"),
		Ask("contact_note"),
	),
	primary=lambda doc: doc.status == ASSIGNED and not is_unwanted(doc),
)
def note_contact(doc: Document, contacted_on: str, contact_way: str, contact_note: str) -> None:
	"""Visited, called, or met; what was found."""
	if not getdate(doc.reported_on) <= getdate(contacted_on) <= getdate(today()):
		frappe.throw(_("The contact lies between the report and today."), LeadRefused)


def application_to_begin(doc: Document) -> list[Turn]:
	return [Turn(values={"household": doc.household, "applicant": doc.recipient, "division": doc.division})]


step.opens(
	"begin_application",
	_lt("Begin Application"),
	"Assistance Application",
	at=CONTACTED,
	when=lambda doc: not is_unwanted(doc),
	each=application_to_begin,
)


def referral_to_begin(doc: Document) -> list[Turn]:
	return [Turn(values={"household": doc.household, "recipient": doc.recipient, "detail": doc.contact_note})]


step.opens(
	"begin_referral",
	_lt("Refer to Another Office"),
	"Service Referral",
	at=CONTACTED,
	when=lambda doc: doc.household and not is_unwanted(doc),
	each=referral_to_begin,
)


def outcomes(doc: Document) -> list[str]:
	return [REFUSED] if is_unwanted(doc) else [BEGUN, REFERRED, ALREADY, NOT_NEEDED, REFUSED, NOBODY]


def of_the_person(doc: Document) -> dict:
	found = {"household": doc.household} if doc.household else {}
	return found or ({"applicant": doc.recipient} if doc.recipient else {"division": doc.division})


def only_for(outcome: str) -> dict:
	condition = f"eval:doc.outcome === {frappe.as_json(outcome)}"
	return {"reqd": False, "depends_on": condition}


@step(
	_lt("Settle Lead"),
	at=OPEN,
	to=SETTLED,
	duty=FOLLOW,
	when=lambda doc: doc.status == CONTACTED or is_unwanted(doc),
	asks=(
		Ask("outcome", options=outcomes),
		Ask(
			"application",
			filters=of_the_person,
			mandatory_depends_on=f"eval:doc.outcome === {frappe.as_json(BEGUN)}",
			**only_for(BEGUN),
		),
		Ask("referral", filters=lambda doc: {"household": doc.household or ""}, **only_for(REFERRED)),
		Ask("referred_to", **only_for(REFERRED)),
		Ask("outcome_note"),
	),
	stamps=("settled_by", "settled_on"),
	primary=True,
)
def settle(
	doc: Document,
	outcome: str,
	outcome_note: str,
	application: str | None = None,
	referral: str | None = None,
	referred_to: str | None = None,
) -> None:
	"""What came of it, with the record it led to."""
	if outcome not in outcomes(doc):
		frappe.throw(_("Choose an outcome of the list."), LeadRefused)
	if outcome == BEGUN:
		require_application(doc)
	else:
		doc.application = None
	if outcome != REFERRED:
		doc.referral = doc.referred_to = None
	elif doc.referral:
		doc.referred_to = frappe.db.get_value("Service Referral", doc.referral, "sent_to")
	elif not doc.referred_to:
		frappe.throw(_("Name the office to which the need was referred, or its referral."), LeadRefused)


def require_application(doc: Document) -> None:
	"""The application is of the person the lead is about; who was unknown is known from it."""
	if not doc.application:
		frappe.throw(_("Choose the application that was begun."), LeadRefused)
	case = frappe.get_doc("Assistance Application", doc.application)
	case.check_permission("read")
	same = {case.household, case.applicant} & {doc.household, doc.recipient} - {None, ""}
	if (doc.household or doc.recipient) and not same:
		frappe.throw(
			_("{0} is the application of another family. Choose that of {1}.").format(
				doc.application, doc.person_name
			),
			LeadRefused,
		)
	doc.household, doc.recipient = doc.household or case.household, doc.recipient or case.applicant


@step(
	_lt("Answer the Reporter"),
	at=(SETTLED, DUPLICATE),
	duty=FOLLOW,
	when=lambda doc: cint(doc.answer_wanted) and not doc.answered_on,
	asks=(Ask("answer_way"), Ask("answer", default=lambda doc: doc.answer or usual_answer(doc))),
	stamps=("answered_by_user", "answered_on"),
	primary=True,
)
def answer(doc: Document, answer_way: str, answer: str) -> None:
	"""Whoever reported hears that it was followed; of the family's affairs no more than they need."""
	if doc.status == SETTLED:
		doc.status = ANSWERED


def usual_answer(doc: Document) -> str:
	return "您反映的情况我们已经了解并作了处理，谢谢您的关心。"


# --- one person, one lead -----------------------------------------------------------------------------------------
@step(
	_lt("Note as Duplicate"),
	at=OPEN,
	to=DUPLICATE,
	duty=ASSIGN,
	asks=(
		Ask(
			"duplicate_of",
			default=lambda doc: doc.resembles,
			filters=lambda doc: {"name": ["!=", doc.name], "status": ["not in", [DUPLICATE, VOID]]},
		),
	),
	primary=lambda doc: doc.status == REPORTED and bool(doc.resembles),
)
def note_duplicate(doc: Document, duplicate_of: str) -> None:
	"""The other lead is followed; whoever reported this one is answered all the same."""
	other = frappe.get_doc(DOCTYPE, duplicate_of)
	other.check_permission("read")
	if other.name == doc.name or other.status in (DUPLICATE, VOID):
		frappe.throw(_("Choose the lead that is followed."), LeadRefused)


@step(_lt("Declare Lead Void"), at=OPEN, to=VOID, duty=ASSIGN, asks=("void_reason",))
def declare_void(doc: Document, void_reason: str) -> None:
	"""It was entered in error."""


# --- clocks -------------------------------------------------------------------------------------------------------
def next_steps(names: list[str], directory: Directory) -> dict[str, tuple[str, ...]]:
	"""Hook ``socaid_next_step``: whoever was sent, or those who send somebody."""
	rows = frappe.get_all(
		DOCTYPE,
		filters={"name": ["in", names]},
		fields=["name", "status", "follower", "division"],
		order_by="name",
	)
	return {
		row.name: (row.follower,)
		if directory.works(row.follower)
		else tuple(directory.users(duties.roles_of(ASSIGN), row.division))
		for row in rows
	}


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``."""
	columns = ("due_on", "answer_due_on")
	return holidays.settle(DOCTYPE, {"status": ["in", [*OPEN, SETTLED]]}, columns, set_due_dates)
