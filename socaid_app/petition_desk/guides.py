"""Policy questions and answers with their sources: written by one person, approved by another, never edited after.

What staff and citizens were told on a day must be found again. A published answer therefore stays as it is; a
change is a new version that replaces it from its day on.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, strip_html, today

from socaid_app.casework import records, steps
from socaid_app.casework.steps import Ask, Steps

DOCTYPE = "Policy Guide"
WRITING, IN_FORCE, REPLACED, WITHDRAWN = "Being Written", "In Force", "Replaced", "Withdrawn"
APPROVE = "Approve Answers"


class GuidePublished(frappe.ValidationError):
	pass


class GuideWithoutSource(frappe.ValidationError):
	pass


class SecondPersonApproves(frappe.ValidationError):
	pass


class VersionInPreparation(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, refusal=GuidePublished)


# --- what a guide must keep to -----------------------------------------------------------------------------
def keep_system_fields(doc: Document) -> None:
	"""From ``before_validate``: status and version are set by the steps alone."""
	if doc.flags.by_step:
		return
	doc.status, doc.version = doc.status or WRITING, doc.version or 1


def unfinished(doc: Document) -> list[Exception]:
	"""What is published names at least one source and says something."""
	lacks = []
	if not any((row.document or "").strip() for row in doc.sources):
		lacks.append(
			GuideWithoutSource(
				_("Name at least one document that the answer rests on before it is published.")
			)
		)
	if not strip_html(doc.answer or "").strip():
		lacks.append(frappe.MandatoryError(_("The answer is empty.")))
	return lacks


def require_content(doc: Document) -> None:
	if lacks := unfinished(doc):
		frappe.throw(str(lacks[0]), type(lacks[0]))


def writers(doc: Document) -> set[str]:
	"""Everybody who made or changed the guide."""
	versions = frappe.get_all(
		"Version", filters={"ref_doctype": DOCTYPE, "docname": doc.name}, pluck="owner", order_by="creation"
	)
	return {doc.owner, doc.modified_by, *versions}


# --- steps ------------------------------------------------------------------------------------------------
def _written_by_you(doc: Document) -> Exception | str:
	if frappe.session.user not in writers(doc):
		return ""
	return SecondPersonApproves(
		_("You have written on this guide yourself. Ask a colleague to check and approve it.")
	)


@step(
	_lt("Check and Approve"),
	at=WRITING,
	to=IN_FORCE,
	duty=APPROVE,
	not_by=(_written_by_you,),
	missing=unfinished,
	confirm=_lt("Publish this answer? It can no longer be edited afterwards."),
	stamps=("approved_by", "approved_on"),
	primary=True,
)
def approve(doc: Document) -> None:
	"""Put a written guide in force, and end the version it replaces on the day before."""
	if doc.replaces:
		# what was said until yesterday was said
		doc.effective_from = max(getdate(doc.effective_from), getdate(today()))
		_end(doc.replaces, add_days(doc.effective_from, -1))


def _being_rewritten(doc: Document) -> list[Exception]:
	waiting = frappe.db.get_value(DOCTYPE, {"replaces": doc.name, "status": WRITING}, "name")
	if not waiting:
		return []
	return [
		VersionInPreparation(
			_("A new version is being written already: {0}. Continue there.").format(waiting)
		)
	]


@step(
	_lt("Write New Version"),
	at=IN_FORCE,
	missing=_being_rewritten,
	hidden=lambda doc: not frappe.has_permission(DOCTYPE, "create"),
	primary=True,
)
def new_version(doc: Document) -> str:
	"""A copy of a published guide to be rewritten; returns its name."""
	steps.nothing_to_save(doc)
	copy = frappe.copy_doc(doc)
	copy.update(
		{
			"status": WRITING,
			"version": cint(doc.version) + 1,
			"replaces": doc.name,
			"effective_from": today(),
			"effective_to": None,
			"approved_by": None,
			"approved_on": None,
			"change_note": None,
		}
	)
	with records.step(copy):
		return copy.insert().name


@step(
	_lt("Withdraw Guide"),
	at=IN_FORCE,
	to=WITHDRAWN,
	duty=APPROVE,
	asks=(Ask("reason", label=_lt("Reason")),),
)
def withdraw(doc: Document, reason: str) -> None:
	"""Take an answer that is no longer right off at once, without a new one."""
	doc.effective_to, doc.change_note = add_days(today(), -1), reason


def mark_replaced(on: date | str | None = None) -> None:
	"""Daily job: versions whose successor has come into force."""
	guide = frappe.qb.DocType(DOCTYPE)
	(
		frappe.qb.update(guide)
		.set(guide.status, REPLACED)
		.where((guide.status == IN_FORCE) & (guide.effective_to < getdate(on or today())))
		.run()
	)


def _end(guide: str, last_day: date | str) -> None:
	doc = frappe.get_doc(DOCTYPE, guide, for_update=True)
	doc.effective_to = last_day
	if getdate(last_day) < getdate(today()):
		doc.status = REPLACED
	with records.step(doc):
		doc.save()


# --- seeds ------------------------------------------------------------------------------------------------
def seed(rows: list[dict]) -> int:
	"""Add the guides whose question never was there; they come checked with the app. Returns how many."""
	there = set(frappe.get_all(DOCTYPE, pluck="question", order_by="name"))
	made = 0
	for row in rows:
		if row["question"] in there:
			continue
		doc = frappe.get_doc({"doctype": DOCTYPE, "status": IN_FORCE, "version": 1, **row})
		with records.step(doc):
			doc.insert(ignore_permissions=True)
		made += 1
	return made
