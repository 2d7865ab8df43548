"""Deliberating on a violation (集体评议): members called, slips cast in secret and counted, minutes signed.

Near relatives of the family and whoever investigated stand aside; the system finds them by their accounts and
declarations. The ballot is either on paper, where the slips are counted into it all at once, or in the system, where
each member votes; mixed, the one paper slip would be known.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.casework import records, steps
from socaid_app.casework.deliberating import (
	CARRIED,
	NOT_CARRIED,
	attendance_lacks,
	check_members,
	name_recusals,
	voters,
)
from socaid_app.casework.steps import Ask, Steps
from socaid_app.means_testing.violations import ballots
from socaid_app.means_testing.violations import violation_steps as cases
from socaid_app.policy import violations as law
from socaid_app.socaid_app import rules

DOCTYPE = "Violation Deliberation"
CALLED, BALLOT, COUNTED, CONCLUDED, VOID = (
	"Deliberation Called",
	"Ballot Under Way",
	"Slips Counted",
	"Deliberation Concluded",
	"Deliberation Void",
)
RUNNING = (CALLED, BALLOT, COUNTED)
LEAD = "Lead Deliberations"
PAPER, SYSTEM = "Paper Slips", "In the System"


class DeliberationInvalid(frappe.ValidationError):
	pass


class AlreadyVoted(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=DeliberationInvalid)


# --- calling it ---------------------------------------------------------------------------------------------------
def fill(doc: Document) -> None:
	"""From ``validate`` while it is called."""
	case = frappe.get_doc(cases.DOCTYPE, doc.violation)
	if case.status not in (cases.STATED, cases.DELIBERATED):
		frappe.throw(
			_("The family is heard before its case is deliberated; the case stands at “{0}”.").format(
				_(case.status, context=cases.DOCTYPE)
			),
			DeliberationInvalid,
		)
	if other := frappe.db.get_value(
		DOCTYPE,
		{"violation": doc.violation, "status": ["in", RUNNING], "name": ["!=", doc.name or ""]},
		"name",
	):
		frappe.throw(_("The case is being deliberated already ({0}).").format(other), DeliberationInvalid)
	doc.update({"head_name": case.head_name, "household": case.household})
	if getdate(doc.held_on) > getdate(today()) and doc.status != CALLED:
		frappe.throw(_("The meeting lies in the future."), DeliberationInvalid)
	check_members(doc, DeliberationInvalid)
	name_recusals(doc, cases.relatives(case), investigators_of(case))


def investigators_of(case: Document) -> set[str]:
	return {case.owner, case.investigator, case.second_investigator, case.heard_by} - {None, ""}


def stands_aside(doc: Document) -> str:
	"""Why the session's user does not lead the meeting; '' where nothing stands against it."""
	case = frappe.get_doc(cases.DOCTYPE, doc.violation)
	if frappe.session.user in investigators_of(case):
		return _("You investigated the case: somebody else leads its deliberation.")
	return cases.is_relative(case)


# --- the ballot ---------------------------------------------------------------------------------------------------
def what_is_missing(doc: Document) -> list[str]:
	found = attendance_lacks(doc, rules.parameters())
	if doc.ballot_way == SYSTEM and (without := [row.member_name for row in voters(doc) if not row.user]):
		found.append(
			_(
				"Without an account nobody votes in the system: {0}. Enter the account, or vote on paper."
			).format("、".join(without))
		)
	return found


@step(
	_lt("Open the Ballot"),
	at=CALLED,
	to=BALLOT,
	duty=LEAD,
	not_by=(stands_aside,),
	missing=what_is_missing,
	confirm=_lt("The list of members stays as it is from now on."),
	primary=True,
)
def open_ballot(doc: Document) -> None:
	"""There are enough members, and those who stand aside are named."""
	doc.voters = len(voters(doc))


def own_row(doc: Document) -> Document | None:
	return next((row for row in voters(doc) if row.user == frappe.session.user), None)


def why_no_slip(doc: Document) -> str:
	row = own_row(doc)
	if not row:
		return _("You are not among the members who vote.")
	return AlreadyVoted(_("You have voted already.")) if cint(row.voted) else ""


@step(
	_lt("Cast Slip"),
	at=BALLOT,
	permission="read",
	when=lambda doc: doc.ballot_way == SYSTEM,
	not_by=(why_no_slip,),
	asks=(Ask("choice", of=ballots.SLIP),),
	confirm=_lt("The slip is secret, and cannot be taken back."),
	logged=False,
	hidden=lambda doc: not own_row(doc) or cint(own_row(doc).voted),
	primary=True,
)
def cast(doc: Document, choice: str) -> None:
	"""One slip per member who may vote; the record keeps that there is one, not what it says."""
	if choice not in law.VOTES:
		frappe.throw(_("Choose one of the answers."), DeliberationInvalid)
	own_row(doc).voted = 1
	steps.done(doc)
	ballots.put(doc.name, doc.held_on, [choice])


def slips_of_paper(doc: Document) -> list[Ask]:
	if doc.ballot_way != PAPER:
		return [Ask("minutes")]
	return [Ask("agree", default=0), Ask("disagree", default=0), Ask("abstain", default=0), Ask("minutes")]


def who_has_not_voted(doc: Document) -> list[str]:
	if doc.ballot_way == PAPER:
		return []
	waiting = [row.member_name for row in voters(doc) if not cint(row.voted)]
	return [_("Not voted yet: {0}.").format("、".join(waiting))] if waiting else []


@step(
	_lt("Count the Slips"),
	at=BALLOT,
	to=COUNTED,
	duty=LEAD,
	not_by=(stands_aside,),
	missing=who_has_not_voted,
	asks=slips_of_paper,
	stamps=("counted_by",),
)
def count(doc: Document, minutes: str, agree: int = 0, disagree: int = 0, abstain: int = 0) -> None:
	"""As many slips as voters; the sums are shown now and not before."""
	there = voters(doc)
	if doc.ballot_way == PAPER:
		_take_paper(doc, {law.AGREE: cint(agree), law.DISAGREE: cint(disagree), law.ABSTAIN: cint(abstain)})
	slips = ballots.count(doc.name)
	if found := law.count_breaches(sum(slips.values()), len(there), getdate(doc.held_on)):
		frappe.throw(str(found[0]), DeliberationInvalid)
	doc.update({choice.lower(): number for choice, number in slips.items()})
	doc.result = CARRIED if law.carried(slips[law.AGREE], len(there)) else NOT_CARRIED


def _take_paper(doc: Document, numbers: dict[str, int]) -> None:
	"""All slips at once: which came first is not told."""
	if min(numbers.values()) < 0:
		frappe.throw(_("A number of slips cannot be negative."), DeliberationInvalid)
	if found := law.count_breaches(sum(numbers.values()), len(voters(doc)), getdate(doc.held_on)):
		frappe.throw(str(found[0]), DeliberationInvalid)
	for row in voters(doc):
		row.voted = 1
	ballots.put(doc.name, doc.held_on, [choice for choice, number in numbers.items() for _n in range(number)])


@step(
	_lt("Conclude Deliberation"),
	at=COUNTED,
	to=CONCLUDED,
	duty=LEAD,
	not_by=(stands_aside,),
	asks=(Ask("minutes_paper", on_form=True),),
	stamps=("concluded_by", "concluded_on"),
	primary=True,
)
def conclude(doc: Document) -> None:
	"""The minutes are signed; the case goes on to who concludes it."""
	steps.done(doc)
	case = frappe.get_doc(cases.DOCTYPE, doc.violation, for_update=True)
	if case.status not in (cases.STATED, cases.DELIBERATED):
		frappe.throw(_("The case has gone on meanwhile; load it again."), DeliberationInvalid)
	case.update(
		{
			"status": cases.DELIBERATED,
			"deliberation": doc.name,
			"proposed_conclusion": doc.proposed_conclusion,
			"deliberation_result": doc.result,
		}
	)
	with records.step(case):
		case.save(ignore_permissions=True)


@step(_lt("Declare Void"), at=RUNNING, to=VOID, duty=LEAD, asks=(Ask("void_reason"),))
def declare_void(doc: Document, void_reason: str) -> None:
	"""The slips stay in the box and count for nothing; another meeting is called."""
