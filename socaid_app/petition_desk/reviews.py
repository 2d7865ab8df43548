"""Review (复查, Art. 35) and recheck (复核, Art. 36) of an opinion: asked for in time, answered by others, final."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.petition_desk import clocks, conflicts, deliveries, secrecy
from socaid_app.policy import petitions as law
from socaid_app.socaid_app import rules

DOCTYPE = "Petition Review"
ASKED_FOR, NOT_ADMITTED, ANSWER_GIVEN = "Asked For", "Not Admitted", "Answer Given"
OPINIONS = {stage: kind for kind, stage in deliveries.STAGE_OPINIONS.items()}
NAMES = {law.REVIEW: "复查", law.RECHECK: "复核"}


class ReviewNotAdmitted(frappe.ValidationError):
	pass


class ReviewClosed(frappe.ValidationError):
	pass


class ReviewIncomplete(frappe.ValidationError):
	pass


@frappe.whitelist(methods=["POST"])
def ask(
	petition: str,
	stage: str,
	request: str,
	reviewing_body: str,
	requested_on: str | None = None,
	handler: str | None = None,
) -> str:
	"""Record a request for a review or recheck; returns the Petition Review.

	Raises ReviewNotAdmitted, with the article, when it comes too late or is not open for this petition.
	"""
	frappe.get_doc(secrecy.PETITION, petition).check_permission("write")
	review = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"petition": petition,
			"stage": stage,
			"request": request,
			"reviewing_body": reviewing_body,
			"requested_on": requested_on or today(),
			"handler": handler,
		}
	)
	# whoever may work on the petition may receive a request about it
	review.insert(ignore_permissions=True)
	return review.name


def admit(review: Document) -> None:
	"""From ``validate`` of a new review: is it open, in time, and the only one?"""
	petition = review.petition_doc
	# a review that revoked the opinion belongs to that opinion; the new one may be reviewed in its turn
	if frappe.get_all(
		DOCTYPE,
		filters={
			"petition": petition.name,
			"stage": review.stage,
			"status": ["!=", NOT_ADMITTED],
			"conclusion": ["!=", law.REVOKED],
		},
		limit=1,
		order_by="creation",
	):
		frappe.throw(
			_("This petition has had its {0} already.").format(_(review.stage, context=DOCTYPE)),
			ReviewNotAdmitted,
		)
	if petition.status not in law.STEPS["review"] and petition.answered_on:
		frappe.throw(_("Another review of this petition is under way."), ReviewNotAdmitted)
	breaches = law.review_breaches(
		review.stage,
		getdate(review.requested_on),
		clocks.facts_of(petition),
		_answered_review(petition.name) if review.stage == law.RECHECK else None,
		rules.parameters(),
		rules.calendar(),
	)
	if breaches:
		frappe.throw([str(breach) for breach in breaches], ReviewNotAdmitted, as_list=True)


def _answered_review(petition: str) -> law.ReviewFacts | None:
	row = frappe.db.get_value(
		DOCTYPE,
		{
			"petition": petition,
			"stage": law.REVIEW,
			"status": ANSWER_GIVEN,
			"conclusion": ["!=", law.REVOKED],
		},
		["name", "stage", "requested_on", "answered_on", "delivered_on"],
		as_dict=True,
	)
	return clocks.review_facts(row) if row else None


def set_due(review: Document) -> None:
	"""The day the answer is due, with the days its hearings take."""
	facts = clocks.review_facts(review)
	parameters, calendar = rules.parameters(), rules.calendar()
	review.due_on = law.reply_deadline(facts, parameters, calendar).due
	review.hearing_days = law.hearing_days(facts, parameters, calendar)


def check_handler(review: Document) -> None:
	if review.handler and review.has_value_changed("handler"):
		conflicts.require_other_reviewer(review, review.handler)


def begin(review: Document) -> None:
	"""After it was recorded: the petition is in review."""
	petition = review.petition_doc
	petition.status = law.STAGE_STATUS[review.stage]
	petition.log(f"申请{NAMES[review.stage]}", review.request[:500])
	petition.save_by_step(ignore_permissions=True)


def open_for(review: str) -> Document:
	doc = frappe.get_doc(DOCTYPE, review, for_update=True)
	doc.check_permission("write")
	if doc.status != ASKED_FOR:
		frappe.throw(_("This review is closed; what was decided stays."), ReviewClosed)
	conflicts.require_other_reviewer(doc, frappe.session.user)
	return doc


@frappe.whitelist(methods=["POST"])
def answer(
	review: str,
	conclusion: str | None = None,
	findings: str | None = None,
	opinion: str | None = None,
	legal_basis: str | None = None,
) -> None:
	"""The opinion on the review, by somebody who neither handled nor answered the petition.

	After a recheck the petition is final (Art. 36); one whose opinion a review revoked is handled anew.
	"""
	doc = open_for(review)
	given = {
		"conclusion": conclusion,
		"findings": findings,
		"opinion": opinion,
		"legal_basis": legal_basis,
	}
	doc.update({field: value for field, value in given.items() if value})
	for field in ("conclusion", "findings", "opinion", "legal_basis"):
		if not (doc.get(field) or "").strip():
			frappe.throw(
				_("Fill in “{0}”.").format(_(doc.meta.get_label(field), context=doc.doctype)),
				ReviewIncomplete,
			)
	doc.update({"status": ANSWER_GIVEN, "answered_on": today(), "answered_by": frappe.session.user})
	doc.save_by_step()
	final = doc.stage == law.RECHECK
	_end(doc, f"{NAMES[doc.stage]}答复", _(doc.conclusion, context=DOCTYPE), final)
	deliveries.issue(doc.petition_doc, OPINIONS[doc.stage], doc.name)
	if doc.conclusion == law.REVOKED and not final:
		_handle_anew(doc)


@frappe.whitelist(methods=["POST"])
def refuse(review: str, reason: str) -> None:
	"""Not to admit the request, with the reason that the petitioner is told."""
	doc = open_for(review)
	if not (reason or "").strip():
		frappe.throw(_("Fill in “{0}”.").format(_("Why Not Admitted")), ReviewIncomplete)
	doc.update(
		{
			"status": NOT_ADMITTED,
			"refusal_reason": reason.strip(),
			"answered_on": today(),
			"answered_by": frappe.session.user,
		}
	)
	doc.save_by_step()
	_end(doc, f"{NAMES[doc.stage]}不予受理", reason.strip(), final=False)
	deliveries.issue(doc.petition_doc, deliveries.NOT_ADMITTED, doc.name)


def _handle_anew(review: Document) -> None:
	"""Back to handling after the opinion was revoked, which stays in the record of steps word by word.

	The regulation names no period for it: it runs like that of a petition taken up today (Art. 34).
	"""
	petition = frappe.get_doc(secrecy.PETITION, review.petition)
	petition.log(
		"重新办理",
		"\n".join(
			part
			for part in (
				f"{petition.answered_on}的处理意见经复查撤销：{_(petition.decision or '', context=secrecy.PETITION)}",
				petition.findings,
				petition.answer,
				petition.legal_basis,
			)
			if part
		),
	)
	petition.update(
		dict.fromkeys(
			(
				"answered_on",
				"answered_by",
				"delivered_on",
				"delivery_method",
				"review_until",
				"closed_on",
				"extension_reason",
				"extension_approved_by",
			)
		)
		| {"status": law.UNDER_WAY, "accepted_on": today(), "extension_days": 0}
	)
	petition.save_by_step(ignore_permissions=True)


def _end(review: Document, action: str, note: str, final: bool) -> None:
	petition = review.petition_doc
	petition.status = law.CONCLUDED if final or petition.closed_on else law.ANSWERED
	if final:
		petition.update({"final": 1, "closed_on": petition.closed_on or today()})
	petition.log(action, note)
	petition.save_by_step(ignore_permissions=True)
