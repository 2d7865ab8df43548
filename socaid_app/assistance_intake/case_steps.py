"""The steps of a case: which are open, what each one records, and what follows from it.

A change of ``workflow_state`` is a step, whichever way it arrives: button, REST, bulk action, import or
background job all end in the application's ``validate``. The law library names what is missing
(:mod:`socaid_app.policy.gates`); here the step is refused, or recorded and carried out.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, now_datetime, today

from socaid_app.assistance_intake import (
	assessment,
	case_codes,
	deadlines,
	decision,
	departures,
	facts,
	links,
	materials,
	mending,
	notices,
	relief_case,
)
from socaid_app.casework import events
from socaid_app.policy import case_facts, gates, terms


class GateClosed(frappe.ValidationError):
	"""The law does not allow this step yet. The message lists every reason, its article and what to do."""


class OnlyThroughSteps(frappe.ValidationError):
	pass


def take(application: Document) -> None:
	"""From ``validate``: check and record the step, if this save is one."""
	before = application.get_doc_before_save()
	if not before:
		begin(application)
		return
	from_state, to_state = before.workflow_state, application.workflow_state
	_check_docstatus(application, to_state)
	if from_state == to_state:
		return
	known = facts.facts(application, from_state, to_state)
	check_gates(known, to_state)
	action = action_of(application, known, to_state)
	application.propose_rejection = int(known.propose_rejection)
	record = RETURNS.get((from_state, to_state)) or RECORDS.get(to_state)
	if record:
		record(application, from_state)
	log(application, from_state, to_state, action)


def begin(application: Document) -> None:
	"""Every case begins as a draft: no import or API call may put it further down the line."""
	if application.docstatus != 0 or (application.workflow_state or terms.DRAFT) != terms.DRAFT:
		frappe.throw(
			_(
				"An application begins as a draft and moves on step by step (57号 Art. 28). Enter it as a draft."
			),
			OnlyThroughSteps,
		)
	application.workflow_state = terms.DRAFT


def _check_docstatus(application: Document, state: str) -> None:
	"""Submitting is what a final step does; nobody submits a case that has not come to its end."""
	if cint(application.docstatus) != int(state in terms.FINAL_STATES):
		frappe.throw(
			_(
				"A case is decided through its steps, not by submitting it. Use the actions at the top of the form."
			),
			OnlyThroughSteps,
		)


def check_gates(known: case_facts.Facts, to_state: str) -> None:
	breaches = gates.breaches(known, to_state)
	if breaches:
		frappe.throw(
			[str(breach) for breach in breaches],
			GateClosed,
			title=_("This step is not open yet"),
			as_list=True,
		)


def next_steps(application: Document) -> list[dict]:
	"""The steps onward from here for the session's user, each with what is still missing for it."""
	state = application.workflow_state
	steps = [(a, to) for a, to in facts.allowed(application).get(state, {}).items() if a in ONWARD]
	if not steps:
		return []
	known = facts.facts(application, state)
	return [
		{
			"action": action,
			"to_state": to_state,
			"breaches": [
				{
					"rule": breach.rule,
					"message": breach.message,
					"article": breach.article,
					"remedy": breach.remedy,
					"lead": mending.lead(application, breach),
				}
				for breach in gates.breaches(known, to_state)
			],
		}
		for action, to_state in steps
	]


def front_step(steps: list[dict]) -> str | None:
	"""The first of :func:`next_steps` that lacks nothing but the words its dialog asks for."""
	return next(
		(step["action"] for step in steps if all(breach["rule"] == "opinion" for breach in step["breaches"])),
		None,
	)


# Ends, returns and objections are choices, not work that waits to be done.
ONWARD = frozenset(
	{"Accept", "Start Investigation", "Conclude", "Publish", "Submit for Review", "Recommend", "Confirm"}
)


def action_of(application: Document, known: case_facts.Facts, to_state: str) -> str:
	"""The name of the step, for the log."""
	names = [
		action
		for action, state in facts.allowed(application).get(known.from_state, {}).items()
		if state == to_state
	]
	if known.propose_rejection and "Propose Rejection" in names:
		return "Propose Rejection"
	return next((name for name in names if name != "Propose Rejection"), "")


def log(application: Document, from_state: str, to_state: str, action: str) -> None:
	application.append(
		"opinions",
		{
			"from_state": from_state,
			"to_state": to_state,
			"action": action,
			"user": frappe.session.user,
			"happened_at": now_datetime(),
			"opinion": application.opinion,
		},
	)
	application.opinion = None


# --- what each step records on the case --------------------------------------------------------------
def _accepted(application: Document, from_state: str) -> None:
	application.accepted_on = today()
	application.second_checked_by = frappe.session.user
	case_codes.give(application)


def _supplement(application: Document, from_state: str) -> None:
	"""Everything missing is named at once (57号 Art. 10)."""
	missing = set(materials.missing(application))
	for row in application.materials:
		row.to_supplement = int(row.material in missing)
	if not application.supplement_due:
		application.supplement_due = deadlines.supplement_due(getdate(today()))


def _published(application: Document, from_state: str) -> None:
	application.first_reviewer = frappe.session.user
	assessment.freeze(application)


def _under_review(application: Document, from_state: str) -> None:
	"""Without publicity (proposed rejection, protected case) the first opinion is given with this step."""
	if not application.snapshot:
		_published(application, from_state)


def _recommended(application: Document, from_state: str) -> None:
	if from_state == terms.REVIEW:
		application.second_reviewer = frappe.session.user
	elif not application.snapshot:
		_published(application, from_state)


def _reopened(application: Document, from_state: str) -> None:
	"""Back to the investigation: the facts may change, so the opinions given on them lapse (57号 Art. 19)."""
	for field in ("first_reviewer", "second_reviewer", "snapshot"):
		application.set(field, None)
	application.propose_rejection = 0
	departures.lapse(application)


def _review_again(application: Document, from_state: str) -> None:
	application.second_reviewer = None
	application.propose_rejection = 0


RECORDS = {
	terms.ACCEPTED: _accepted,
	terms.SUPPLEMENT: _supplement,
	terms.PUBLICITY: _published,
	terms.REVIEW: _under_review,
	terms.CONFIRMATION: _recommended,
	terms.CONFIRMED: lambda application, from_state: decision.record_confirmation(application),
	terms.REJECTED: lambda application, from_state: decision.record_refusal(application),
	terms.TERMINATED: lambda application, from_state: decision.record_refusal(application),
	terms.NOT_ACCEPTED: lambda application, from_state: decision.record_refusal(application),
	terms.WITHDRAWN: lambda application, from_state: decision.record_end(application),
}
RETURNS = {
	(terms.PUBLICITY, terms.INVESTIGATION): _reopened,
	(terms.PUBLICITY, terms.DELIBERATION): _reopened,
	(terms.REVIEW, terms.INVESTIGATION): _reopened,
	(terms.CONFIRMATION, terms.ACCEPTED): _reopened,
	(terms.CONFIRMATION, terms.REVIEW): _review_again,
}


# --- what follows once the step is stored -------------------------------------------------------------
def follow(application: Document) -> None:
	"""From ``on_update``: letters, publicity and the entitlement, after Frappe has accepted the step.

	Hook ``socaid_case_steps``: each is called with the case and the state it comes from.
	"""
	before = application.get_doc_before_save()
	if not before or before.workflow_state == application.workflow_state:
		return
	consequence = CONSEQUENCES.get(application.workflow_state)
	with events.being_saved(application.doctype, application.name) as save:
		if consequence and (before.workflow_state, application.workflow_state) not in RETURNS:
			consequence(application)
		relief_case.conclude(application)
		events.tell("socaid_case_steps", application, before.workflow_state)
	if save.behind:
		links.take_up(application)
		deadlines.refresh(application.name)


def _ask_for_supplement(application: Document) -> None:
	missing = "\n".join(
		f"{number}. {material}" for number, material in enumerate(materials.missing(application), 1)
	)
	content = "\n".join(part for part in (missing, application.supplement_note) if part)
	notices.issue(application, notices.SUPPLEMENT, content)


CONSEQUENCES = {
	terms.ACCEPTED: lambda application: notices.issue(application, notices.ACCEPTANCE),
	terms.SUPPLEMENT: _ask_for_supplement,
	terms.CONFIRMED: lambda application: decision.carry_out_confirmation(application),
	terms.REJECTED: lambda application: notices.issue(
		application, notices.REJECTION, decision.grounds(application)
	),
	terms.TERMINATED: lambda application: notices.issue(
		application, notices.TERMINATION, decision.grounds(application)
	),
	terms.NOT_ACCEPTED: lambda application: notices.issue(
		application, notices.NOT_ACCEPTED, decision.grounds(application)
	),
}
