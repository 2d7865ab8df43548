"""Needs assessments (需求评估): asked by one person, confirmed by another, repeated by interval, and followed by a plan.

The questionnaire is a record that the county edits (field_visits/needs_questions.py); 民发〔2026〕35号 asks for an
assessment before services are offered, 服务方案 1.1.1-32 for a plan of each person's own.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, getdate, today

from socaid_app.casework import records
from socaid_app.casework.steps import AUTHOR, Ask, Steps, Turn
from socaid_app.field_visits import needs_questions, special_groups
from socaid_app.field_visits.needs_questions import ASSESSMENT
from socaid_app.policy import clock
from socaid_app.socaid_app import registry

DRAFT, TO_CONFIRM, ASSESSED, REPLACED, GIVEN_UP = (
	"Draft",
	"To Confirm",
	"Assessed",
	"Replaced",
	"Given Up",
)
OPEN = (DRAFT, TO_CONFIRM)
CONFIRM = "Confirm Needs Assessments"
DAYS_TO_CONFIRM = 10


class AssessmentRefused(frappe.ValidationError):
	pass


step = Steps(ASSESSMENT, refusal=AssessmentRefused)


# --- a draft ------------------------------------------------------------------------------------------------------
def fill(doc: Document) -> None:
	"""From ``before_validate``: what follows from the person, and the questions with what is known already."""
	doc.recipient_name = frappe.db.get_value("Recipient", doc.recipient, "full_name")
	if not doc.household:
		homes = registry.households_of(doc.recipient)
		doc.household = homes[0] if homes else None
	if not doc.group:
		groups = special_groups.groups_of(doc.recipient)
		doc.group = groups[0] if groups else None
	if not doc.template and doc.group:
		doc.template = needs_questions.template_for(doc.group)
	doc.previous = last_of(doc.recipient, doc.group)
	if doc.template:
		there = {row.question: row for row in doc.answers if row.question}
		asked = needs_questions.prepared(doc)
		doc.set("answers", [there.get(row["question"]) or row for row in asked])


def check(doc: Document) -> None:
	"""From ``validate``: one open assessment at a time, of a member of the household, not of a day to come."""
	if not doc.group:
		frappe.throw(
			_("Nothing on record puts this person into a special group. Choose the group."), AssessmentRefused
		)
	if not doc.template:
		frappe.throw(
			_("There is no questionnaire for this group. Ask the administrator to make a needs template."),
			AssessmentRefused,
		)
	if frappe.db.get_value(needs_questions.TEMPLATE, doc.template, "group") != doc.group:
		frappe.throw(
			_("The questionnaire is one of another group. Choose one of this group."), AssessmentRefused
		)
	if getdate(doc.assessed_on) > getdate(today()):
		frappe.throw(_("An assessment that lies in the future cannot be recorded yet."), AssessmentRefused)
	if doc.household and doc.recipient not in _members(doc.household):
		frappe.throw(_("The person is not a member of this household."), AssessmentRefused)
	if doc.is_new() or doc.has_value_changed("group"):
		_require_the_only_one(doc)
	needs_questions.judge(doc)


def _require_the_only_one(doc: Document) -> None:
	open_ones = {"recipient": doc.recipient, "group": doc.group, "status": ["in", OPEN]}
	other = frappe.db.get_value(ASSESSMENT, {**open_ones, "name": ["!=", doc.name or ""]})
	if other:
		frappe.throw(
			_("{0} is under way for this person already. Finish it or give it up first.").format(other),
			AssessmentRefused,
		)


def _members(household: str) -> list[str]:
	return frappe.get_all(
		"Household Member",
		filters={"parent": household, "parenttype": "Recipient Household"},
		pluck="recipient",
		order_by="idx",
	)


def last_of(recipient: str, group: str | None) -> str | None:
	"""The assessment that stands for a person now."""
	return frappe.db.get_value(ASSESSMENT, {"recipient": recipient, "group": group, "status": ASSESSED})


# --- its steps ------------------------------------------------------------------------------------------------------
def what_is_missing(doc: Document) -> list[str]:
	blank = [row.question for row in doc.answers if not row.answer]
	return [_("Not answered yet: {0}.").format("、".join(blank))] if blank else []


@step(_lt("Hand In"), at=DRAFT, to=TO_CONFIRM, missing=what_is_missing, primary=True)
def hand_in(doc: Document) -> None:
	"""All questions are answered; another person has to look at it within the days of the rule."""
	doc.confirm_by = add_days(today(), DAYS_TO_CONFIRM)
	doc.return_reason = None


@step(
	_lt("Confirm"),
	at=TO_CONFIRM,
	to=ASSESSED,
	duty=CONFIRM,
	not_by=("owner", AUTHOR),
	stamps=("confirmed_by", "confirmed_on"),
	primary=True,
)
def confirm(doc: Document) -> None:
	"""By another person: it stands from now on, the one before is replaced, and the next one has its day."""
	months = frappe.db.get_value(needs_questions.TEMPLATE, doc.template, "reassess_months")
	doc.next_on = clock.add_months(getdate(doc.assessed_on), months)
	doc.confirm_by = None
	if earlier := last_of(doc.recipient, doc.group):
		_close(earlier, REPLACED)


@step(_lt("Send Back"), at=TO_CONFIRM, to=DRAFT, duty=CONFIRM, asks=("return_reason",))
def send_back(doc: Document, return_reason: str) -> None:
	"""Something has to be asked again."""
	doc.confirm_by = None


@step(_lt("Give Up"), at=OPEN, to=GIVEN_UP, asks=("return_reason",))
def give_up(doc: Document, return_reason: str) -> None:
	"""The person declines, or it was begun by mistake."""
	doc.confirm_by = None


def what_a_plan_lacks(doc: Document) -> list[str]:
	return [] if doc.household else [_("The person lives in no household on record.")]


@step(
	_lt("Make Plan"),
	at=ASSESSED,
	when=lambda doc: doc.needs and not doc.plan,
	missing=what_a_plan_lacks,
	asks=(
		Ask("goal", of="Individual Plan", fieldtype="Small Text"),
		Ask("evaluate_on", of="Individual Plan", fieldtype="Date"),
	),
	primary=True,
)
def make_plan(doc: Document, goal: str, evaluate_on: str) -> str:
	"""A draft with the measures that the list of services has for these needs; returns its name."""
	plan = frappe.get_doc(
		{
			"doctype": "Individual Plan",
			"household": doc.household,
			"recipient": doc.recipient,
			"group": doc.group,
			"assessment": doc.name,
			"goal": goal,
			"evaluate_on": evaluate_on,
		}
	).insert()
	doc.plan = plan.name
	return plan.name


step.opens(
	"open_plan",
	_lt("Open Plan"),
	"Individual Plan",
	at=(ASSESSED, REPLACED),
	when=lambda doc: doc.plan,
	each=lambda doc: [Turn(name=doc.plan)],
	primary=True,
)
step.opens(
	"assess_again",
	_lt("Assess Again"),
	ASSESSMENT,
	at=ASSESSED,
	each=lambda doc: [Turn(values={"recipient": doc.recipient, "group": doc.group})],
)


# --- what ends it -----------------------------------------------------------------------------------------------------
def end_of(recipient: str, reason: str) -> None:
	"""The person has died or moved away: nothing is due any more."""
	filters = {"recipient": recipient, "status": ["in", (*OPEN, ASSESSED)]}
	for name in frappe.get_all(ASSESSMENT, filters=filters, pluck="name", order_by="name"):
		status = frappe.db.get_value(ASSESSMENT, name, "status")
		_close(name, REPLACED if status == ASSESSED else GIVEN_UP, reason)


def _close(name: str, status: str, reason: str = "") -> None:
	doc = frappe.get_doc(ASSESSMENT, name, for_update=True)
	doc.update({"status": status, "next_on": None, "confirm_by": None, "return_reason": reason})
	with records.step(doc):
		doc.save(ignore_permissions=True)
