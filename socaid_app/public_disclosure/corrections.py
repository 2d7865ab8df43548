"""纠错 (服务方案 1.1.1-35): what somebody says is wrong on a board or page, looked into and put right in public.

Reported → Looked Into → Put Right or Unfounded. Who prepared the notice does not judge it. Putting a notice
right withdraws it, drafts it anew from the records, and drafts a notice of correction (问题描述、调查结果、处理措施)
that names nobody.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from socaid_app.casework.records import step
from socaid_app.policy import clock
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import catalogue, content, publicity
from socaid_app.public_disclosure.content import CORRECTION, NOTICE, ForbiddenContent
from socaid_app.socaid_app import rules

REPORTED, LOOKED_INTO, PUT_RIGHT, UNFOUNDED = "Reported", "Looked Into", "Put Right", "Unfounded"
OPEN = (REPORTED, LOOKED_INTO)


class CorrectionRefused(frappe.ValidationError):
	pass


def due_on(reported_on: date) -> tuple[date, bool]:
	"""When the reporter is owed an answer (parameter ``disclosure_correction_days``, working days)."""
	days = cint(rules.parameters().get("disclosure_correction_days", reported_on))
	return clock.after(reported_on, days, clock.WORKING, rules.calendar())


@frappe.whitelist(methods=["POST"])
def look_into(name: str, investigation: str) -> str:
	"""Record what the investigation found, by another person than the one who prepared the notice."""
	return _step(name, REPORTED, {"investigation": investigation, "status": LOOKED_INTO}).status


@frappe.whitelist(methods=["POST"])
def put_right(name: str, measure: str, problem_published: str | None = None) -> dict[str, str | None]:
	"""Correct in public; returns the drafts: {"replacement": …, "correction_notice": …}.

	Raises ForbiddenContent when the words to be published name a person or carry what must not be public.
	"""
	doc = frappe.get_doc(CORRECTION, name)
	values = {"measure": measure, "problem_published": problem_published or doc.problem, "status": PUT_RIGHT}
	doc = _step(name, LOOKED_INTO, values)
	if doc.notice:
		doc.replacement = _correct_notice(doc)
	elif doc.publication:
		_correct_publication(doc)
	doc.correction_notice = publicity.draft(rules_of.CORRECTION, correction=doc.name)
	_save(doc)
	return {"replacement": doc.replacement, "correction_notice": doc.correction_notice}


@frappe.whitelist(methods=["POST"])
def unfounded(name: str, reason: str) -> str:
	"""The notice was right: close with the reason."""
	return _step(name, LOOKED_INTO, {"measure": reason, "status": UNFOUNDED}).status


def _correct_notice(doc: Document) -> str | None:
	"""Withdraw the wrong notice, if it still hangs, and draft the right one where the case still allows it."""
	old = frappe.get_doc(NOTICE, doc.notice)
	if old.status in (*publicity.OPEN, publicity.OBJECTION):
		publicity.withdraw_by_system(old.name, _("Corrected: {0}").format(doc.name), corrected=True)
	frappe.db.savepoint("replacement")
	try:
		return publicity.replacement(old)
	except content.PublicityRefused:
		# the case has moved on, or may not be published: then the notice of correction stands alone
		frappe.db.rollback(save_point="replacement")
		frappe.clear_messages()
		return None


def _correct_publication(doc: Document) -> None:
	if frappe.db.get_value(catalogue.PUBLICATION, doc.publication, "status") == catalogue.ONLINE:
		publication = frappe.get_doc(catalogue.PUBLICATION, doc.publication)
		publication.update(
			{"status": catalogue.DOWN, "withdrawal_reason": _("Corrected: {0}").format(doc.name)}
		)
		publication.save(ignore_permissions=True)


# --- rules of the record ----------------------------------------------------------------------------------
def prepared_by(doc: Document) -> str | None:
	"""Who prepared what is said to be wrong."""
	if doc.notice:
		return frappe.db.get_value(NOTICE, doc.notice, "prepared_by")
	return doc.publication and frappe.db.get_value(catalogue.PUBLICATION, doc.publication, "prepared_by")


def refuse_names(doc: Document) -> None:
	"""The published words name nobody of the notice, and carry nothing else that must not be public."""
	names = {
		name
		for name in frappe.get_all(
			"Publicity Entry",
			filters={"parent": doc.notice or "", "parenttype": NOTICE},
			pluck="person_name",
			order_by="idx",
		)
		+ [doc.notice and frappe.db.get_value(NOTICE, doc.notice, "applicant_name")]
		if name and name != rules_of.MINOR_NAME
	}
	found = []
	for label, text in (
		("问题描述", doc.problem_published),
		("调查结果", doc.investigation),
		("处理措施", doc.measure),
	):
		found += [f"{label}{finding}" for finding in rules_of.findings(text)]
		found += [f"{label}出现姓名（{name[:1]}**）" for name in sorted(names) if name in (text or "")]
	if found:
		frappe.throw(
			_("This must not be published: {0}. Take it out, or correct the record it comes from.").format(
				"；".join(found[:5])
			),
			ForbiddenContent,
		)


def _step(name: str, before: str, values: dict) -> Document:
	doc = frappe.get_doc(CORRECTION, name, for_update=True)
	doc.check_permission("write")
	if doc.status != before:
		frappe.throw(
			_("This correction stands at “{0}”; this step is not open.").format(
				_(doc.status, context=doc.doctype)
			),
			CorrectionRefused,
		)
	doc.update(values)
	_save(doc)
	return doc


def _save(doc: Document) -> None:
	with step(doc):
		doc.save()
