"""Policy questions and answers with their sources: written by one person, approved by another, never edited after.

What staff and citizens were told on a day must be found again. A published answer therefore stays as it is; a
change is a new version that replaces it from its day on.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, strip_html, today

from socaid_app.casework.records import step

DOCTYPE = "Policy Guide"
WRITING, IN_FORCE, REPLACED, WITHDRAWN = "Being Written", "In Force", "Replaced", "Withdrawn"
APPROVERS = ("County Approver", "County Reviewer", "Service Manager")


# Set by the functions here alone.
class GuidePublished(frappe.ValidationError):
	pass


class GuideWithoutSource(frappe.ValidationError):
	pass


class SecondPersonApproves(frappe.ValidationError):
	pass


class VersionInPreparation(frappe.ValidationError):
	pass


# --- steps ------------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def approve(guide: str) -> None:
	"""Put a written guide in force, and end the version it replaces on the day before.

	Raises SecondPersonApproves for whoever wrote on it, GuideWithoutSource without a source, GuidePublished when
	it was approved before.
	"""
	doc = frappe.get_doc(DOCTYPE, guide, for_update=True)
	doc.check_permission("write")
	frappe.only_for(APPROVERS)
	if doc.status != WRITING:
		frappe.throw(_("{0} has been published already.").format(doc.name), GuidePublished)
	if frappe.session.user in writers(doc):
		frappe.throw(
			_("You have written on this guide yourself. Ask a colleague to check and approve it."),
			SecondPersonApproves,
		)
	require_content(doc)
	doc.status, doc.approved_by, doc.approved_on = IN_FORCE, frappe.session.user, today()
	if doc.replaces:
		# what was said until yesterday was said
		doc.effective_from = max(getdate(doc.effective_from), getdate(today()))
		_end(doc.replaces, add_days(doc.effective_from, -1))
	_step(doc)


@frappe.whitelist(methods=["POST"])
def new_version(guide: str) -> str:
	"""A copy of a published guide to be rewritten; returns its name."""
	doc = frappe.get_doc(DOCTYPE, guide, for_update=True)
	frappe.has_permission(DOCTYPE, "create", throw=True)
	doc.check_permission("write")
	if doc.status != IN_FORCE:
		frappe.throw(_("Only the version in force can be replaced by a new one."), GuidePublished)
	if waiting := frappe.db.get_value(DOCTYPE, {"replaces": doc.name, "status": WRITING}, "name"):
		frappe.throw(
			_("A new version is being written already: {0}. Continue there.").format(waiting),
			VersionInPreparation,
		)
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
	with step(copy):
		return copy.insert().name


@frappe.whitelist(methods=["POST"])
def withdraw(guide: str, reason: str) -> None:
	"""Take an answer that is no longer right off at once, without a new one."""
	doc = frappe.get_doc(DOCTYPE, guide, for_update=True)
	doc.check_permission("write")
	frappe.only_for(APPROVERS)
	if doc.status != IN_FORCE:
		frappe.throw(_("Only the version in force can be withdrawn."), GuidePublished)
	if not (reason or "").strip():
		frappe.throw(_("State why the answer is withdrawn."))
	doc.status, doc.effective_to, doc.change_note = WITHDRAWN, add_days(today(), -1), reason.strip()
	_step(doc)


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
	_step(doc)


def _step(doc: Document) -> None:
	with step(doc):
		doc.save()


# --- what a guide must keep to -----------------------------------------------------------------------------
def keep_system_fields(doc: Document) -> None:
	"""From ``before_validate``: status and version are set by the steps above alone."""
	if doc.flags.by_step:
		return
	doc.status, doc.version = doc.status or WRITING, doc.version or 1


def require_content(doc: Document) -> None:
	"""What is published names at least one source and says something."""
	if not any((row.document or "").strip() for row in doc.sources):
		frappe.throw(
			_("Name at least one document that the answer rests on before it is published."),
			GuideWithoutSource,
		)
	if not strip_html(doc.answer or "").strip():
		frappe.throw(_("The answer is empty."), frappe.MandatoryError)


def writers(doc: Document) -> set[str]:
	"""Everybody who made or changed the guide."""
	versions = frappe.get_all(
		"Version", filters={"ref_doctype": DOCTYPE, "docname": doc.name}, pluck="owner", order_by="creation"
	)
	return {doc.owner, doc.modified_by, *versions}


# --- seeds ------------------------------------------------------------------------------------------------
def seed(rows: list[dict]) -> int:
	"""Add the guides whose question never was there; they come checked with the app. Returns how many."""
	there = set(frappe.get_all(DOCTYPE, pluck="question", order_by="name"))
	made = 0
	for row in rows:
		if row["question"] in there:
			continue
		doc = frappe.get_doc({"doctype": DOCTYPE, "status": IN_FORCE, "version": 1, **row})
		with step(doc):
			doc.insert(ignore_permissions=True)
		made += 1
	return made
