"""Review (复查, Art. 35) and recheck (复核, Art. 36) of an opinion: asked for in time, answered by others, final."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import holidays, steps
from socaid_app.casework.steps import Steps, Turn
from socaid_app.petition_desk import conflicts, delivering, papers, petition_clocks, secrecy
from socaid_app.petition_desk.procedure import STAFF, Ask, step
from socaid_app.policy import petitions as law
from socaid_app.socaid_app import rules

DOCTYPE = "Petition Review"
ASKED_FOR, NOT_ADMITTED, ANSWER_GIVEN = "Asked For", "Not Admitted", "Answer Given"
OPINIONS = {stage: kind for kind, stage in papers.STAGE_OPINIONS.items()}
NAMES = {law.REVIEW: "复查", law.RECHECK: "复核"}


class ReviewNotAdmitted(frappe.ValidationError):
	pass


class ReviewClosed(frappe.ValidationError):
	pass


class ReviewIncomplete(frappe.ValidationError):
	pass


review_step = Steps(
	DOCTYPE,
	refusal=ReviewClosed,
	incomplete=ReviewIncomplete,
	# the petition tells of it
	every={"not_by": (conflicts.against_reviewer,), "logged": False},
)


# --- asked for --------------------------------------------------------------------------------------------------
def next_stage(petition: Document) -> str:
	"""The review that may be asked for next; '' where the law gives none."""
	if petition.status not in law.STEPS["review"] or not petition.delivered_on or petition.final:
		return ""
	if not law.runs_sixty_days(petition.category, petition.route or ""):
		return ""
	return law.RECHECK if _answered_review(petition.name) else law.REVIEW


def _asked(petition: Document) -> tuple[Ask, ...]:
	stage = next_stage(petition)
	return (
		Ask("stage", of=DOCTYPE, options=(stage,) if stage else "", default=stage),
		Ask(
			"requested_on",
			reqd=False,
			of=DOCTYPE,
			default=today(),
			mandatory_depends_on=steps.IN_THE_DIALOG,
		),
		Ask("reviewing_body", of=DOCTYPE),
		Ask("request", of=DOCTYPE),
		Ask("handler", reqd=False, of=DOCTYPE, filters=STAFF),
	)


@step(
	_lt("Ask for a Review"),
	asks=_asked,
	# whoever must stand aside may still receive a request
	not_by=(),
	hidden=lambda petition: not next_stage(petition),
)
def ask(
	petition: Document,
	stage: str,
	request: str,
	reviewing_body: str,
	requested_on: str | None = None,
	handler: str | None = None,
) -> str:
	"""Record a request for a review or recheck; returns the Petition Review.

	Raises ReviewNotAdmitted, with the article, when it comes too late or is not open for this petition.
	"""
	steps.nothing_to_save(petition)
	review = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"petition": petition.name,
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
		petition_clocks.facts_of(petition),
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
	return petition_clocks.review_facts(row) if row else None


def set_due(review: Document) -> None:
	"""The day the answer is due, with the days its hearings take."""
	facts = petition_clocks.review_facts(review)
	parameters, calendar = rules.parameters(), rules.calendar()
	review.due_on = law.reply_deadline(facts, parameters, calendar).due
	review.hearing_days = law.hearing_days(facts, parameters, calendar)


def recompute_open() -> int:
	"""Hook ``socaid_due_dates``."""
	return holidays.settle(DOCTYPE, {"status": ASKED_FOR}, ("due_on", "hearing_days"), set_due)


def check_handler(review: Document) -> None:
	if review.handler and review.has_value_changed("handler"):
		conflicts.require_other_reviewer(review, review.handler)


def begin(review: Document) -> None:
	"""After it was recorded: the petition is in review."""
	petition = review.petition_doc
	petition.status = law.STAGE_STATUS[review.stage]
	petition.log(f"申请{NAMES[review.stage]}", review.request[:500])
	petition.save_by_step(ignore_permissions=True)


def _open_review(petition: Document) -> list[Turn]:
	names = frappe.get_all(
		DOCTYPE, {"petition": petition.name, "status": ASKED_FOR}, pluck="name", order_by="creation"
	)
	return [Turn(name=name) for name in names]


step.opens(
	"open_review",
	_lt("Open the Review"),
	DOCTYPE,
	at=tuple(law.STAGE_STATUS.values()),
	each=_open_review,
	primary=True,
	not_by=(),
)


# --- decided ----------------------------------------------------------------------------------------------------
@review_step(
	_lt("Give the Opinion"),
	at=ASKED_FOR,
	to=ANSWER_GIVEN,
	asks=tuple(Ask(field, on_form=True) for field in ("conclusion", "findings", "opinion", "legal_basis")),
	confirm=_lt("Give this opinion now? It can no longer change afterwards."),
	stamps=("answered_on", "answered_by"),
	primary=True,
)
def answer(
	doc: Document,
	conclusion: str | None = None,
	findings: str | None = None,
	opinion: str | None = None,
	legal_basis: str | None = None,
) -> None:
	"""The opinion on the review, by somebody who neither handled nor answered the petition.

	After a recheck the petition is final (Art. 36); one whose opinion a review revoked is handled anew.
	"""
	steps.done(doc)
	final = doc.stage == law.RECHECK
	_end(doc, f"{NAMES[doc.stage]}答复", _(doc.conclusion, context=DOCTYPE), final)
	papers.issue(doc.petition_doc, OPINIONS[doc.stage], doc.name)
	if doc.conclusion == law.REVOKED and not final:
		_handle_anew(doc)


@review_step(
	_lt("Do Not Admit"),
	at=ASKED_FOR,
	to=NOT_ADMITTED,
	asks=(Ask("reason", label=_lt("Why Not Admitted")),),
	stamps=("answered_on", "answered_by"),
)
def refuse(doc: Document, reason: str) -> None:
	"""Not to admit the request, with the reason that the petitioner is told."""
	steps.done(doc, refusal_reason=reason)
	_end(doc, f"{NAMES[doc.stage]}不予受理", reason, final=False)
	papers.issue(doc.petition_doc, papers.NOT_ADMITTED, doc.name)


@review_step(
	_lt("Record the Delivery"),
	at=ANSWER_GIVEN,
	# whoever handles the petition may, and that is asked there
	not_by=(),
	when=lambda doc: not doc.delivered_on,
	asks=delivering.asked(papers.OPINION),
	primary=True,
)
def deliver(
	doc: Document, method: str, delivered_on: str | None = None, received_by: str | None = None
) -> str:
	"""The opinion on the review reached the petitioner; returns the Document Delivery."""
	steps.nothing_to_save(doc)
	return delivering.deliver(
		doc.petition, OPINIONS[doc.stage], method, delivered_on, received_by, review=doc.name
	)


review_step.opens(
	"hold_hearing",
	_lt("Hold a Hearing"),
	"Petition Hearing",
	at=ASKED_FOR,
	each=lambda doc: [Turn(values={"petition": doc.petition, "review": doc.name})],
	not_by=(),
)


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
