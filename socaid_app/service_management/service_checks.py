"""Service checks: what is looked at, by a template that an administrator writes (第二至六章).

A check bears the questions of its template as they were when it was planned. Whoever does it answers, signs and
submits; its score is computed, what is not in order becomes an issue of the common ledger, and where the template
names a role, another person reviews it.
"""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_days, cint, flt, getdate, today

from socaid_app.casework import rectification
from socaid_app.casework.steps import Ask, Steps, done
from socaid_app.permissions.scope import scope_of
from socaid_app.policy import check_answers as policy
from socaid_app.service_management import acceptance

DOCTYPE, ROW, TEMPLATE, PLAN, OBJECT = (
	"Service Check",
	"Service Check Answer",
	"Service Check Template",
	"Service Check Plan",
	"Service Object",
)
SURVEY, PERIOD = "Survey", "Period"
PLANNED, TO_REVIEW, DONE, CANCELLED = "Check Planned", "Check to Review", "Check Done", "Check Cancelled"
# What a question is; the rest of a row is its answer.
QUESTION = (
	"section",
	"question",
	"answer_kind",
	"weight",
	"must_pass",
	"lowest",
	"highest",
	"choices",
	"needs_photo",
	"evidence",
	"measure",
)
# Which field says what a check is about.
CONCERNS = {
	"Place": "service_object",
	"Thing": "service_object",
	"Person": "person",
	"Case": "assistance_application",
}


class CheckUnfinished(frappe.ValidationError):
	pass


class TemplateNotInUse(frappe.ValidationError):
	pass


class NothingConcerned(frappe.ValidationError):
	pass


step = Steps(DOCTYPE, incomplete=CheckUnfinished)


def own_division() -> str | None:
	"""Where something belongs that no place says it of: the division of whoever enters it, else the county."""
	return next(iter(scope_of().divisions), None) or frappe.db.get_single_value(
		"Socaid Settings", "county_division"
	)


# --- what is asked ----------------------------------------------------------------------------------------------
def require_in_use(template: Document, on) -> None:
	if getdate(on) < getdate(template.active_from) or (
		template.active_to and getdate(on) > getdate(template.active_to)
	):
		frappe.throw(
			_("The kind of check “{0}” is not in use on that day.").format(template.name), TemplateNotInUse
		)


def require_concerned(doc: Document, fields: dict[str, str] = CONCERNS) -> None:
	"""A check, or a plan, names what its template is about, and nothing else."""
	wanted = fields.get(doc.concerns)
	for name in set(fields.values()):
		if name != wanted:
			doc.set(name, None)
	if wanted and not doc.get(wanted):
		frappe.throw(
			_("Fill in “{0}”.").format(_(doc.meta.get_label(wanted), context=doc.doctype)), NothingConcerned
		)


def ask(check: Document) -> None:
	"""A new check gets the questions of its template, whatever was sent."""
	template = frappe.get_doc(TEMPLATE, check.template)
	require_in_use(template, check.due_on)
	given = {(cint(row.idx), row.question): row for row in check.answers}
	check.set("answers", [])
	for row in check.flags.asks_as or template.questions:
		earlier = given.get((row.idx, row.question))
		answers = {name: earlier.get(name) for name in ("answer", "photo", "remark")} if earlier else {}
		check.append("answers", {name: row.get(name) for name in QUESTION} | answers)


def question_of(row: Document) -> policy.Question:
	return policy.Question(
		row.answer_kind,
		flt(row.weight),
		bool(row.must_pass),
		flt(row.lowest),
		flt(row.highest),
		row.choices or "",
	)


# --- doing it ---------------------------------------------------------------------------------------------------
def not_for_you(check: Document) -> str:
	"""Done by the responsible person, or whoever holds the role of the template."""
	return "" if frappe.session.user == check.responsible else _not_your_role(check, "doing_role")


def not_for_you_to_review(check: Document) -> str:
	return _not_your_role(check, "reviewing_role")


def _not_your_role(check: Document, which: str) -> str:
	"""Who does it, where the template names a role that the session's user lacks."""
	role = frappe.get_cached_value(TEMPLATE, check.template, which)
	if not role or frappe.session.user == "Administrator" or role in frappe.get_roles():
		return ""
	return _("This is done by: {0}.").format(_(role))


def what_is_missing(check: Document) -> list[str]:
	"""Questions without a fitting answer, problems without a word, photographs and the signature."""
	lacks = []
	for row in check.answers:
		if row.answer_kind == policy.PHOTO or row.needs_photo:
			if not row.photo:
				lacks.append(_("{0}. {1}: add the photo.").format(row.idx, row.question))
		if row.answer_kind == policy.PHOTO:
			continue
		try:
			judged = policy.judge(question_of(row), row.answer)
		except policy.AnswerError:
			lacks.append(_("{0}. {1}: answer it.").format(row.idx, row.question))
			continue
		if row.answer_kind == policy.TEXT and not (row.answer or "").strip():
			lacks.append(_("{0}. {1}: answer it.").format(row.idx, row.question))
		if not judged.in_order and not (row.remark or "").strip():
			lacks.append(_("{0}. {1}: say what is wrong.").format(row.idx, row.question))
	if check.concerns == PERIOD:
		lacks += acceptance.what_is_missing(check)
	if check.with_participants and not any(
		(row.participant_name or "").strip() for row in check.participants
	):
		lacks.append(_("Write down who took part."))
	if frappe.get_cached_value(TEMPLATE, check.template, "needs_signature") and not check.signature:
		lacks.append(_("The checker has not signed yet."))
	return lacks


@step(
	_lt("Read the Figures"),
	at=PLANNED,
	when=lambda check: check.concerns == PERIOD,
	who=not_for_you,
	missing=lambda check: acceptance.no_period(check),
)
def read_figures(check: Document) -> None:
	"""What the system counts of the period stands beside what was promised; it is read again when all is submitted."""
	acceptance.measure(check)


@step(
	_lt("Submit the Check"),
	at=PLANNED,
	who=not_for_you,
	missing=what_is_missing,
	stamps=("checked_by", "checked_at"),
	primary=True,
)
def submit_check(check: Document) -> None:
	"""All is answered and signed: it is judged, and what is wrong is given to the responsible person."""
	if check.concerns == PERIOD:
		# figures are nobody's to type
		acceptance.measure(check)
	judge(check)
	template = frappe.get_cached_doc(TEMPLATE, check.template)
	done(check, status=TO_REVIEW if template.reviewing_role else DONE)


def judge(check: Document) -> None:
	"""Score, result, and an issue for each answer that is not in order; one for the whole where the points alone are too
	few. Of an anonymous sheet whom it asked, and in which village, is forgotten."""
	template = frappe.get_cached_doc(TEMPLATE, check.template)
	if template.anonymous:
		check.household = check.tracking_hash = None
		check.division = check.township or check.division
	judged = [(question_of(row), policy.judge(question_of(row), row.answer)) for row in check.answers]
	for row, (_question, one) in zip(check.answers, judged, strict=True):
		row.in_order, row.points = cint(one.in_order), one.points
		if not one.in_order and not row.issue:
			row.issue = _found(
				check,
				template,
				f"{row.question}——{row.remark or '；'.join([row.answer, *_words(check)])}",
				rectification.CRITICAL if row.must_pass else rectification.MAJOR,
			)
	check.score, check.result = policy.result(judged, flt(template.pass_mark))
	if check.concerns == PERIOD:
		check.penalty = acceptance.penalty(check.score, template)
	check.problem_count = sum(not row.in_order for row in check.answers)
	if check.result == policy.FAILED and not check.problem_count and not check.issue:
		check.issue = _found(
			check,
			template,
			f"得分{check.score:.1f}，低于{flt(template.pass_mark):g}。" + "；".join(_words(check)),
			rectification.MAJOR,
		)


def _words(check: Document) -> list[str]:
	"""What was said in words, which explains the points."""
	return [
		f"{row.question}：{row.answer}"
		for row in check.answers
		if row.answer_kind == policy.TEXT and (row.answer or "").strip() not in ("", "无")
	]


def _found(check: Document, template: Document, words: str, severity: str) -> str:
	return rectification.found(
		check,
		f"{check.template}：{words}",
		kind="Service Check",
		due_on=add_days(today(), cint(template.rectify_days)),
		responsible=check.responsible,
		severity=severity,
	)


@step(
	_lt("Confirm the Check"),
	at=TO_REVIEW,
	to=DONE,
	who=not_for_you_to_review,
	not_by=("checked_by",),
	asks=(Ask("review_note", reqd=False),),
	stamps=("reviewed_by", "reviewed_on"),
	primary=True,
)
def confirm_check(check: Document, review_note: str = "") -> None:
	"""Another person than the checker has looked at it."""


@step(
	_lt("Send Back the Check"),
	at=TO_REVIEW,
	to=PLANNED,
	who=not_for_you_to_review,
	not_by=("checked_by",),
	asks=("review_note",),
)
def send_back_check(check: Document, review_note: str) -> None:
	"""It is done once more; the note says what is wrong with it."""


@step(_lt("Cancel the Check"), at=PLANNED, to=CANCELLED, asks=("cancel_reason",))
def cancel_check(check: Document, cancel_reason: str) -> None:
	"""It is not done, with the reason: the room was closed, the vehicle was away."""


def of_object(name: str) -> str | None:
	"""The check that waits at a place or thing, the earliest first, among those the reader may see."""
	rows = frappe.get_list(
		DOCTYPE,
		filters={"service_object": name, "status": PLANNED},
		pluck="name",
		order_by="due_on, name",
		limit_page_length=1,
	)
	return rows[0] if rows else None
