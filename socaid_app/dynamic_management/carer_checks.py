"""Checks of carers: what of each duty is done, with a score; what is wrong is put right by a day.

A check is recorded once and stays. A duty that is not done, or a problem that was written down, goes into the common
ledger of rectifications (casework/rectification.py), where another person looks again.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import rectification, steps
from socaid_app.casework.steps import Steps
from socaid_app.dynamic_management import care_agreements
from socaid_app.policy import care

DOCTYPE = "Carer Check"
UNDER_WAY, RECORDED, VOID = "Check Under Way", "Check Recorded", "Check Void"
CHECK = "Check Carers"


class CheckRefused(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=CheckRefused)


def fill(doc: Document) -> None:
	"""From ``before_validate`` while it is under way."""
	agreement = frappe.db.get_value(
		care_agreements.DOCTYPE, doc.agreement, ["recipient_name", "caregiver", "status"], as_dict=True
	)
	doc.recipient_name, doc.caregiver = agreement.recipient_name, agreement.caregiver
	if doc.is_new() and agreement.status != care_agreements.IN_FORCE:
		frappe.throw(
			_("{0} is not in force; there is no carer to check.").format(doc.agreement), CheckRefused
		)
	doc.score = care.score(mark for mark in marks_of(doc).values() if mark)


def check(doc: Document) -> None:
	"""From ``validate`` while it is under way."""
	if getdate(doc.checked_on) > getdate(today()):
		frappe.throw(_("A check cannot take place on a day to come."), CheckRefused)


def marks_of(doc: Document) -> dict[str, str]:
	return {duty: doc.get(duty) for duty in care.DUTIES}


def care_duties() -> dict[str, str]:
	"""For the print format: field → duty in words."""
	return care.DUTIES


def is_faulty(doc: Document) -> bool:
	return bool((doc.problems or "").strip() or care.neglected(marks_of(doc)))


def what_is_missing(doc: Document) -> list[str]:
	found = []
	if left := care.unmarked(marks_of(doc)):
		found.append(_("Say of each duty how it is done. Left: {0}.").format("、".join(left)))
	if not is_faulty(doc):
		return found
	if not (doc.problems or "").strip():
		found.append(_("Write down the problems that were found."))
	if not (doc.rectify_by and doc.responsible):
		found.append(_("Enter by when the problems are to be rectified, and who is responsible for it."))
	elif getdate(doc.rectify_by) < getdate(doc.checked_on):
		found.append(_("The day of rectification lies before the check."))
	return found


@step(
	_lt("Record Check"),
	at=UNDER_WAY,
	to=RECORDED,
	duty=CHECK,
	missing=what_is_missing,
	stamps=("recorded_by", "recorded_on"),
	confirm=_lt("What was found stays as it is from now on."),
	primary=True,
)
def record(doc: Document) -> None:
	"""The next check is counted from this one; what is wrong gets somebody responsible and a day."""
	if is_faulty(doc):
		agreement = frappe.get_doc(care_agreements.DOCTYPE, doc.agreement)
		duties = care.neglected(marks_of(doc))
		subject = f"{doc.recipient_name}的照料：{'、'.join(duties) or doc.problems}"
		doc.issue = rectification.found(
			agreement,
			subject,
			kind=DOCTYPE,
			due_on=doc.rectify_by,
			responsible=doc.responsible,
			source=doc,
			household=agreement.household,
		)
	steps.done(doc)
	care_agreements.note_check(doc)


@step(_lt("Declare Check Void"), at=UNDER_WAY, to=VOID, duty=CHECK, asks=("void_reason",))
def declare_void(doc: Document, void_reason: str) -> None:
	"""It was begun in error."""
