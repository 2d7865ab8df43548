"""Answering a petition, and closing it (信访工作条例 Art. 31, 32): an opinion states decision, facts, reasons and law."""

from __future__ import annotations

from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import steps
from socaid_app.petition_desk import papers, petition_clocks, repeats, transfers
from socaid_app.petition_desk.procedure import (
	ROUTE,
	Ask,
	Incomplete,
	StepNotOpen,
	broken,
	route_of,
	step,
)
from socaid_app.petition_desk.taking_up import is_real_name_report
from socaid_app.policy import petitions as law


# --- the answer -----------------------------------------------------------------------------------------------
def _asked(doc: Document) -> tuple[Ask, ...]:
	"""What an opinion on handling has to state, other answers may leave out (Art. 32)."""
	opinion = law.runs_sixty_days(doc.category, doc.route or "")
	with_route = doc.category == law.APPEAL and doc.status == law.RECORDED
	in_dialog = ""
	if with_route:
		in_dialog = f"eval:doc.route === '{law.HANDLED}'"
	elif doc.category == law.APPEAL and not doc.route:
		in_dialog = steps.IN_THE_DIALOG
	part = {"reqd": opinion, "keeps": True, "mandatory_depends_on": in_dialog}
	return (
		*([ROUTE] if with_route else []),
		Ask("decision", **part),
		Ask("findings", **part),
		Ask("answer", keeps=True),
		Ask("legal_basis", **part),
	)


def _before_the_answer(doc: Document) -> list:
	if doc.status == law.RECORDED:
		return broken(law.ended_breaches(repeats.final_before(doc)))
	return transfers.reports_missing(doc)


@step(
	lambda doc: _("Answer on the Spot") if doc.status == law.RECORDED else _("Give the Answer"),
	at=law.STEPS["answer"],
	to=law.ANSWERED,
	asks=_asked,
	missing=_before_the_answer,
	stamps=("answered_on", "answered_by"),
	primary=lambda doc: doc.status == law.UNDER_WAY,
	hidden=transfers.reports_missing,
)
def answer(
	doc: Document,
	decision: str | None = None,
	findings: str | None = None,
	answer: str | None = None,
	legal_basis: str | None = None,
	route: str | None = None,
) -> None:
	"""Answer the petition with what is given or already drafted on its form, and issue the opinion.

	An opinion on handling (Art. 31(6)) states decision, facts and reasons, and its legal basis (Art. 32). Whatever
	was settled on the spot is taken up and answered on the same day (Art. 23), an appeal by one of the routes of
	Art. 31 (``route``); what was assigned to others is answered when they have reported.
	"""
	if doc.status == law.RECORDED:
		doc.update({"route": route_of(doc.category, route), "accepted_on": today()})
	steps.note(doc, _(doc.decision, context=doc.doctype) if doc.decision else "")
	steps.done(doc)
	papers.issue(doc, papers.OPINION)


# --- the end ----------------------------------------------------------------------------------------------------
def _before_the_end(doc: Document) -> list:
	"""The answer was delivered, or the unit the petition was passed on to has reported where it must.

	A real-name report on 低保 (57号 Art. 37) and what was taken up under Art. 31(6) are closed with an answer only.
	"""
	if doc.answered_on:
		if _has_arrived(doc):
			return []
		return [
			Incomplete(
				_("Record the delivery of the opinion first; the time to ask for a review starts with it.")
			)
		]
	found = broken(law.unanswered_breaches(petition_clocks.facts_of(doc), is_real_name_report(doc)))
	found += transfers.reports_missing(doc)
	if petition_clocks.reachable(doc) and not doc.notified_on:
		found.append(
			Incomplete(_("Record the notice to the petitioner of where the petition went first (Art. 23)."))
		)
	return found


def _has_arrived(doc: Document) -> bool:
	return bool(doc.delivered_on) or not petition_clocks.reachable(doc)


@step(
	_lt("Conclude", context="Petition"),
	at=law.STEPS["conclude"],
	to=law.CONCLUDED,
	missing=_before_the_end,
	confirm=_lt("Conclude this petition?"),
	stamps=("closed_on",),
	primary=True,
	hidden=lambda doc: (
		not _has_arrived(doc) if doc.status == law.ANSWERED else transfers.reports_missing(doc)
	),
)
def conclude(doc: Document) -> None:
	"""Close the petition."""


@step(
	_lt("Report to the Sender"),
	at=law.STEPS["tell_sender"],
	asks=(
		Ask(
			"told_on",
			reqd=False,
			label=_lt("Reported to the Sender On"),
			fieldtype="Date",
			default=lambda doc: today(),
			description=_lt("Print “Report to the Sender” first and send it with the papers."),
			mandatory_depends_on=steps.IN_THE_DIALOG,
		),
	),
	missing=lambda doc: (
		[] if doc.channel in law.SENT_TO_US else [StepNotOpen(_("Nobody sent this petition to us."))]
	),
	hidden=lambda doc: doc.sender_told_on or doc.channel not in law.SENT_TO_US,
)
def tell_sender(doc: Document, told_on: str | None = None) -> None:
	"""Record that whoever passed the petition on, or assigned it, was told what was done."""
	doc.sender_told_on = getdate(told_on or today())
	steps.note(doc, doc.sender_unit or "")
