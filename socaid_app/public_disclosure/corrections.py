"""纠错 (服务方案 1.1.1-35): what somebody says is wrong on a board or page, looked into and put right in public.

Reported → Looked Into → Put Right or Unfounded. Who prepared the notice does not judge it. Putting a notice
right withdraws it, drafts it anew from the records, and drafts a notice of correction (问题描述、调查结果、处理措施)
that names nobody.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import cint

from socaid_app.casework import records, steps
from socaid_app.casework.steps import IN_THE_DIALOG, Ask, Steps
from socaid_app.policy import clock
from socaid_app.policy import publicity as rules_of
from socaid_app.public_disclosure import catalogue, content, notice_drafts, notice_steps, taking_down
from socaid_app.public_disclosure.content import CORRECTION, NOTICE, ForbiddenContent
from socaid_app.socaid_app import rules

REPORTED, LOOKED_INTO, PUT_RIGHT, UNFOUNDED = "Reported", "Looked Into", "Put Right", "Unfounded"


class CorrectionRefused(frappe.ValidationError):
	pass


def _prepared_by_you(doc: Document) -> str:
	if frappe.session.user != prepared_by(doc):
		return ""
	return _("You prepared what is said to be wrong. Another person looks into it.")


step = Steps(
	CORRECTION,
	refusal=CorrectionRefused,
	foreign=CorrectionRefused,
	every={"not_by": (_prepared_by_you,)},
)


def due_on(reported_on: date) -> tuple[date, bool]:
	"""When the reporter is owed an answer (parameter ``disclosure_correction_days``, working days)."""
	days = cint(rules.parameters().get("disclosure_correction_days", reported_on))
	return clock.after(reported_on, days, clock.WORKING, rules.calendar())


@step(
	_lt("Enter Investigation"),
	at=REPORTED,
	to=LOOKED_INTO,
	asks=("investigation",),
	primary=True,
)
def look_into(doc: Document, investigation: str) -> str:
	"""Record what the investigation found, by another person than the one who prepared the notice."""
	return LOOKED_INTO


@step(
	_lt("Correct in Public"),
	at=LOOKED_INTO,
	to=PUT_RIGHT,
	asks=(
		Ask(
			"problem_published",
			reqd=False,
			default=lambda doc: doc.problem,
			description=_lt("Without names: these words stand on the notice of correction."),
			mandatory_depends_on=IN_THE_DIALOG,
		),
		"measure",
	),
	stamps=("handled_by", "handled_on"),
	primary=True,
)
def put_right(doc: Document, measure: str, problem_published: str | None = None) -> dict[str, str | None]:
	"""Correct in public; returns the drafts: {"replacement": …, "correction_notice": …}.

	Raises ForbiddenContent when the words to be published name a person or carry what must not be public.
	"""
	doc.problem_published = problem_published or doc.problem
	refuse_names(doc)
	# the drafts are about the correction as it is stored
	steps.done(doc)
	if doc.notice:
		doc.replacement = _correct_notice(doc)
	elif doc.publication:
		_correct_publication(doc)
	doc.correction_notice = notice_drafts.draft(rules_of.CORRECTION, correction=doc.name)
	with records.step(doc):
		doc.save()
	return {"replacement": doc.replacement, "correction_notice": doc.correction_notice}


@step(
	_lt("Close as Unfounded"),
	at=LOOKED_INTO,
	to=UNFOUNDED,
	asks=(Ask("reason", label=_lt("Reason")),),
	stamps=("handled_by", "handled_on"),
)
def unfounded(doc: Document, reason: str) -> str:
	"""The notice was right: close with the reason."""
	doc.measure = reason
	return UNFOUNDED


def _correct_notice(doc: Document) -> str | None:
	"""Withdraw the wrong notice, if it still hangs, and draft the right one where the case still allows it."""
	old = frappe.get_doc(NOTICE, doc.notice)
	if old.status in (*notice_steps.OPEN, notice_steps.OBJECTION):
		taking_down.withdraw_by_system(old.name, _("Corrected: {0}").format(doc.name), corrected=True)
	frappe.db.savepoint("replacement")
	try:
		return notice_drafts.replacement(old)
	except content.PublicityRefused:
		# the case has moved on, or may not be published: then the notice of correction stands alone
		frappe.db.rollback(save_point="replacement")
		frappe.clear_messages()
		return None


def _correct_publication(doc: Document) -> None:
	if frappe.db.get_value(catalogue.PUBLICATION, doc.publication, "status") == catalogue.ONLINE:
		catalogue.take_off(doc.publication, withdrawal_reason=_("Corrected: {0}").format(doc.name))


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
