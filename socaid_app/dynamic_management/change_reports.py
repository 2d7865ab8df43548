"""A family reports that something has changed – on paper, by telephone, at the counter, on the public page.

The clerk finds out which family it is, enters the change (another person reviews it, as every change) or answers that
nothing follows from it. A report is over when the family has its answer, and that has a day.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import holidays, steps
from socaid_app.casework.steps import Ask, Steps
from socaid_app.socaid_app import rules
from socaid_app.socaid_app.doctype.circumstance_change import circumstance_change

DOCTYPE, CHANGE = "Change Report", "Circumstance Change"
RECEIVED, ENTERED, ANSWERED, VOID = "Report Received", "Change Entered", "Report Answered", "Report Void"
OPEN = (RECEIVED, ENTERED)
PUBLIC, ON_THE_PAGE = "Public Page", "On the Public Page"
ANSWER = "Answer Change Reports"


class ReportRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=ReportRefused)


# --- entering -----------------------------------------------------------------------------------------------------
def check(doc: Document) -> None:
	"""From ``validate``."""
	for day in filter(None, (doc.received_on, doc.happened_on)):
		if getdate(day) > getdate(today()):
			frappe.throw(_("A report and what it tells of cannot lie in the future."), ReportRefused)
	if doc.channel == PUBLIC:
		keep_words_of_the_page(doc)
	if doc.recipient and not doc.household:
		frappe.throw(_("Choose the household of the person as well."), ReportRefused)


# What the family wrote itself.
WORDS = ("channel", "received_on", "reported_by", "phone", "family_words", "content")


def keep_words_of_the_page(doc: Document) -> None:
	if not doc.tracking_hash:
		frappe.throw(
			_("A report of the public page is written there. Choose how this one was reported."),
			ReportRefused,
		)
	if not doc.is_new() and any(map(doc.has_value_changed, WORDS)):
		frappe.throw(_("What the family wrote on the public page stays as it is."), ReportRefused)


def set_due_date(doc: Document) -> None:
	doc.due_on = rules.workdays_after("change_report_days", doc.received_on)


# --- handling -----------------------------------------------------------------------------------------------------
def which_family(doc: Document) -> list[str]:
	return [] if doc.household else [_("Enter first which household the report is about.")]


@step(
	_lt("Enter the Change"),
	at=RECEIVED,
	to=ENTERED,
	duty=ANSWER,
	missing=which_family,
	asks=(
		Ask("kind"),
		Ask("happened_on", default=lambda doc: doc.happened_on or doc.received_on),
		Ask(
			"person",
			label=_lt("Person It Concerns"),
			fieldtype="Link",
			options="Recipient",
			reqd=False,
			default=lambda doc: doc.recipient,
		),
		Ask("event", of=CHANGE, reqd=False, depends_on="eval:doc.kind === 'Population Change'"),
		Ask("state_before", of=CHANGE, reqd=False),
		Ask("state_after", of=CHANGE, default=lambda doc: doc.content),
	),
	primary=True,
)
def enter_change(
	doc: Document,
	kind: str,
	happened_on: str,
	state_after: str,
	person: str | None = None,
	event: str | None = None,
	state_before: str | None = None,
) -> None:
	"""A Circumstance Change of this family, which another person reviews before it takes effect."""
	change = frappe.get_doc(
		{
			"doctype": CHANGE,
			"household": doc.household,
			"recipient": person or doc.recipient,
			"kind": kind,
			"event": event,
			"found_by": "Reported by Household",
			"happened_on": happened_on,
			"state_before": state_before,
			"state_after": state_after,
		}
	).insert()
	steps.done(doc, change=change.name, recipient=person or doc.recipient)


def waits_for_review(doc: Document) -> list[str]:
	status = doc.change and frappe.db.get_value(CHANGE, doc.change, "status")
	if status == circumstance_change.TO_REVIEW:
		return [
			_("{0} is not reviewed yet. The family is answered when it is known what follows.").format(
				doc.change
			)
		]
	return []


def usual_answer(doc: Document) -> str:
	status = doc.change and frappe.db.get_value(CHANGE, doc.change, "status")
	if status == circumstance_change.IN_EFFECT:
		return "您报告的变化已经核实记入，待遇是否调整由乡镇重新核算，有变动的另行告知并听取您的意见。"
	if status == circumstance_change.REJECTED:
		return "您报告的变化经核实未予记入，原因："
	return ""


@step(
	_lt("Answer the Family"),
	at=OPEN,
	to=ANSWERED,
	duty=ANSWER,
	missing=waits_for_review,
	asks=(
		Ask("answer_way", default=lambda doc: ON_THE_PAGE if doc.channel == PUBLIC else None),
		Ask("answer", default=usual_answer),
	),
	stamps=("answered_by_user", "answered_on"),
	primary=lambda doc: doc.status == ENTERED,
)
def answer(doc: Document, answer_way: str, answer: str) -> None:
	"""What became of it, or why nothing follows. On the public page whoever has the code reads it."""
	if answer_way == ON_THE_PAGE and doc.channel != PUBLIC:
		frappe.throw(_("The family did not report on the public page and has no code for it."), ReportRefused)


@step(_lt("Declare Report Void"), at=RECEIVED, to=VOID, duty=ANSWER, asks=("void_reason",))
def declare_void(doc: Document, void_reason: str) -> None:
	"""It was entered in error, twice, or is no report of a change."""


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``."""
	return holidays.settle(DOCTYPE, {"status": ["in", OPEN]}, ("due_on",), set_due_date)
