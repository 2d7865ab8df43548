"""Exams (考试): questions drawn from the bank by chance, the time kept by the server, a pass renews the training.

What is right stands in the bank alone, which those who are examined cannot read; a question that was asked is not
changed any more, so an answer is judged by what was asked (policy/exam_marks.py).
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import add_months, add_to_date, cint, flt, get_datetime, getdate, now_datetime

from socaid_app.casework import records
from socaid_app.casework.steps import Steps, nothing_to_save
from socaid_app.field_visits import employment
from socaid_app.policy import exam_marks as marks
from socaid_app.service_management import trainings

EXAM, QUESTION, ATTEMPT, ASKED = "Staff Exam", "Exam Question", "Exam Attempt", "Exam Attempt Question"
UNDER_WAY, PASSED, FAILED = "Exam under Way", "Exam Passed", "Exam Failed"
# Seconds that an answer may be on its way after the time is over.
ON_THE_WAY = 15


class ExamRefused(frappe.ValidationError):
	pass


class TimeIsOver(frappe.ValidationError):
	pass


class QuestionFixed(frappe.ValidationError):
	pass


of_exam, step = Steps(EXAM, incomplete=ExamRefused), Steps(ATTEMPT)


# --- the bank ---------------------------------------------------------------------------------------------------------
def check_question(question: Document) -> None:
	"""From ``validate``. Raises QuestionFixed, and a sentence for choices that make no question."""
	try:
		marks.check(question.kind, question.choices)
	except marks.QuestionError as error:
		frappe.throw(str(error))
	if cint(question.points) < 1:
		frappe.throw(_("A question is worth at least one point."))
	asked = ("kind", "question", "choices", "points")
	if (
		not question.is_new()
		and any(question.has_value_changed(field) for field in asked)
		and frappe.db.exists(ASKED, {"question_number": question.name})
	):
		frappe.throw(
			_("The question was asked in an exam already. Enter a new one in its place."), QuestionFixed
		)


def wanted(exam: Document) -> dict[str, int]:
	"""How many questions of each kind."""
	return {
		marks.SINGLE: cint(exam.single_count),
		marks.MULTIPLE: cint(exam.multiple_count),
		marks.JUDGEMENT: cint(exam.judgement_count),
	}


def check_exam(exam: Document) -> None:
	"""From ``validate``: as many questions as the bank has. Raises ExamRefused."""
	if min(cint(exam.minutes), cint(exam.attempts)) < 1 or not 0 < flt(exam.pass_mark) <= 100:
		frappe.throw(_("Minutes, attempts and pass mark are more than nothing."), ExamRefused)
	if exam.renews_proof and cint(exam.valid_months) < 1:
		frappe.throw(_("State for how many months the training is valid."), ExamRefused)
	there = _bank(exam.subject)
	if min(wanted(exam).values()) < 0 or not sum(wanted(exam).values()):
		frappe.throw(_("State how many questions are asked."), ExamRefused)
	for kind, count in wanted(exam).items():
		if count > len(there[kind]):
			frappe.throw(
				_("{0}: the bank has {1} questions of this subject, {2} are wanted.").format(
					_(kind, context=QUESTION), len(there[kind]), count
				),
				ExamRefused,
			)


def _bank(subject: str) -> dict[str, list[str]]:
	found = defaultdict(list)
	for row in frappe.get_all(
		QUESTION, filters={"subject": subject, "disabled": 0}, fields=["name", "kind"], order_by="name"
	):
		found[row.kind].append(row.name)
	return found


# --- sitting it -------------------------------------------------------------------------------------------------------
def why_not(exam: Document) -> list[str]:
	officer = employment.own_file()
	if not officer:
		return [_("You have no staff file yet. Ask the service manager to enter it.")]
	if exam.needs_training and not trainings.attended(officer, exam.name):
		return [_("Attend the training of this exam first.")]
	if tries(officer, exam.name) >= cint(exam.attempts):
		return [_("All attempts are used up. The service manager may allow another one.")]
	return []


def tries(officer: str, exam: str) -> int:
	"""Attempts since the last one that was passed."""
	found = frappe.get_all(
		ATTEMPT,
		filters={"officer": officer, "exam": exam, "not_counted": 0},
		fields=["status"],
		order_by="started_at desc, name desc",
		limit_page_length=100,
	)
	return next((place for place, row in enumerate(found) if row.status == PASSED), len(found))


@of_exam(
	_lt("Begin the Exam"),
	when=lambda exam: not exam.disabled,
	who=lambda exam: (
		"" if employment.own_file() else _("You have no staff file yet. Ask the service manager to enter it.")
	),
	missing=lambda exam: [] if running(exam.name) else why_not(exam),
	permission="read",
	logged=False,
	confirm=lambda exam: _("{0} minutes, which run from now on. Begin?").format(exam.minutes),
	primary=True,
)
def begin_exam(exam: Document) -> str:
	"""Questions and time for the session's user; returns the attempt, the one that is still under way where there is."""
	nothing_to_save(exam)
	officer = employment.own_file()
	# two windows begin one attempt
	frappe.db.get_value(employment.DOCTYPE, officer, "name", for_update=True)
	close_overdue(frappe.session.user)
	if known := running(exam.name):
		return known
	if lacks := why_not(exam):
		frappe.throw(lacks[0], ExamRefused)
	now, dice = now_datetime().replace(microsecond=0), random.SystemRandom()
	attempt = frappe.get_doc(
		{
			"doctype": ATTEMPT,
			"exam": exam.name,
			"officer": officer,
			"status": UNDER_WAY,
			"started_at": now,
			"ends_at": now + timedelta(minutes=cint(exam.minutes)),
			"pass_mark": exam.pass_mark,
		}
	)
	for name in marks.drawn(_bank(exam.subject), wanted(exam), dice):
		question = frappe.get_cached_doc(QUESTION, name)
		attempt.append(
			"questions",
			{
				"question_number": name,
				"kind": question.kind,
				"question": question.question,
				"choices": "\n".join(marks.shuffled(question.kind, question.choices, dice)),
				"points": question.points,
			},
		)
	with records.step(attempt):
		attempt.insert(ignore_permissions=True)
	return attempt.name


def running(exam: str) -> str | None:
	"""The attempt of the session's user for which there still is time."""
	return frappe.db.get_value(
		ATTEMPT,
		{"user": frappe.session.user, "exam": exam, "status": UNDER_WAY, "ends_at": [">", now_datetime()]},
	)


def is_over(ends_at) -> bool:
	return now_datetime() > get_datetime(ends_at) + timedelta(seconds=ON_THE_WAY)


def not_yours(attempt: Document) -> str:
	return "" if attempt.user == frappe.session.user else _("Answered by the person who sits the exam.")


@step(_lt("Keep Answers"), at=UNDER_WAY, who=not_yours, permission="read", hidden=True, logged=False)
def keep_answers(attempt: Document, answers: dict) -> str:
	"""What is ticked so far: row → letters. Returns until when there is time. Raises TimeIsOver."""
	_enter(attempt, answers)
	return str(attempt.ends_at)


@step(
	_lt("Hand In the Answers"),
	at=UNDER_WAY,
	who=not_yours,
	permission="read",
	logged=False,
	confirm=_lt("Hand in the answers? They cannot be changed afterwards."),
	primary=True,
)
def hand_in(attempt: Document, answers: dict | None = None) -> None:
	"""The answers of the form, or those kept before where the time is over."""
	if not is_over(attempt.ends_at):
		_enter(attempt, answers or {})
	_judge(attempt)


def _enter(attempt: Document, answers: dict) -> None:
	if is_over(attempt.ends_at):
		frappe.throw(_("The time is over. What you had answered until then counts."), TimeIsOver)
	for row in attempt.questions:
		if row.name in answers:
			row.answer = marks.cleaned(str(answers[row.name] or ""), len(marks.choices_of(row.choices)))


def _judge(attempt: Document) -> None:
	"""Score and result; a pass renews the training."""
	exam = frappe.get_doc(EXAM, attempt.exam)
	bank = dict(
		frappe.get_all(
			QUESTION,
			filters={"name": ["in", [row.question_number for row in attempt.questions]]},
			fields=["name", "choices"],
			as_list=True,
		)
	)
	for row in attempt.questions:
		row.gained = marks.gained(
			row.kind, bank[row.question_number], marks.choices_of(row.choices), row.answer or "", row.points
		)
	score = marks.score((row.points, row.gained) for row in attempt.questions)
	passed = score >= flt(attempt.pass_mark)
	attempt.score, attempt.submitted_at = score, min(now_datetime(), get_datetime(attempt.ends_at))
	if passed and exam.renews_proof:
		attempt.proof_until = add_months(getdate(attempt.submitted_at), cint(exam.valid_months))
	attempt.status = PASSED if passed else FAILED
	if attempt.proof_until:
		employment.renew(
			attempt.officer,
			employment.TRAINING,
			getdate(attempt.submitted_at),
			attempt.proof_until,
			f"{exam.exam_title}：{score:g}分",
		)


@step(
	_lt("Allow Another Attempt"),
	at=FAILED,
	duty=employment.MANAGE,
	not_by=("user",),
	when=lambda attempt: not attempt.not_counted,
	permission="read",
	asks=("pardon_reason",),
)
def allow_another(attempt: Document, pardon_reason: str) -> None:
	"""The network broke down, or the person learnt once more."""
	attempt.not_counted = 1


def close_overdue(user: str | None = None) -> None:
	"""Every hour, and before a new attempt: whose time is over is judged by what they had answered."""
	late = {"status": UNDER_WAY, "ends_at": ["<", add_to_date(now_datetime(), seconds=-ON_THE_WAY)]}
	for name in frappe.get_all(
		ATTEMPT, filters=late | ({"user": user} if user else {}), pluck="name", order_by="name"
	):
		attempt = frappe.get_doc(ATTEMPT, name, for_update=True)
		if attempt.status == UNDER_WAY:
			_judge(attempt)
			with records.step(attempt):
				attempt.save(ignore_permissions=True)
