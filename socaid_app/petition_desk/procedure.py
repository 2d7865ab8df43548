"""What the steps of a petition share: who may take none of them, how the record tells of them, which errors they raise.

The law's table (policy/petitions.py) says when each is open. A petition tells of its steps in its own record, which is
as secret as itself, and never in a comment.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _, _lt
from frappe.model.document import Document

from socaid_app.casework.people import Directory
from socaid_app.casework.steps import Ask, Step, Steps
from socaid_app.petition_desk import conflicts, secrecy
from socaid_app.policy import petitions as law
from socaid_app.policy.breach import Breach

DOCTYPE = secrecy.PETITION
# Below the steps that move a petition on: other records, papers, what comes after its end.
SELDOM = (
	"record_report",
	"open_review",
	"hold_hearing",
	"mediate",
	"deliver",
	"ask",
	"tell_sender",
	"record_satisfaction",
	"hand_out",
)
# Whom a petition may be given to.
STAFF = {"enabled": 1, "user_type": "System User"}


class StepNotOpen(frappe.ValidationError):
	pass


class RuleBroken(frappe.ValidationError):
	pass


class Incomplete(frappe.ValidationError):
	pass


def _write_line(doc: Document, entry: Step, note: str) -> None:
	doc.log(law.STEP_NAMES[entry.key], note)


step = Steps(
	DOCTYPE,
	refusal=StepNotOpen,
	incomplete=Incomplete,
	order=(*(key for key in law.STEPS if key not in SELDOM), *SELDOM),
	every={
		"not_by": (conflicts.against_session,),
		"logged": _write_line,
		"group": _lt("Other Steps"),
	},
)

ROUTE = Ask(
	"route",
	options=law.ROUTES,
	default=lambda doc: doc.route or law.HANDLED,
	description=_lt("Art. 31: only the first runs on the 60-day clock."),
)


def route_of(category: str, route: str | None) -> str:
	"""How an appeal is dealt with (Art. 31); '' for the other categories. Raises Incomplete."""
	if category != law.APPEAL:
		return ""
	if route not in law.ROUTES:
		frappe.throw(_("Choose how this appeal is dealt with (Art. 31)."), Incomplete)
	return route


def broken(breaches: Iterable[Breach]) -> list[RuleBroken]:
	"""Findings of the law as what a step is missing."""
	return [RuleBroken(str(breach)) for breach in breaches]


def refuse_breaches(breaches: Iterable[Breach]) -> None:
	if sentences := [str(breach) for breach in breaches]:
		frappe.throw(sentences, RuleBroken, as_list=True)


def who_hear(doc: Document, roles: Iterable[str], directory: Directory | None = None) -> list[str]:
	"""Users of these roles who are told of a petition: none of the concerned; of an accusation its handlers alone."""
	if doc.restricted:
		return secrecy.handlers_of(doc.name)
	users = (directory or Directory()).users(roles, doc.division)
	return [user for user in users if not conflicts.grounds(doc, user)]
