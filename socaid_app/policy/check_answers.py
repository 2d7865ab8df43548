"""What the answers of a service check are worth (卫生、安全、质量检查), without frappe.

A question is asked with a kind of answer, and a full answer is worth its points (``weight``); one worth none is only
kept. What is not in order is a problem; one on which a check stands or falls (``must_pass``) fails it whatever its score.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

YES_NO, SCORE, NUMBER, CHOICE, TEXT, PHOTO = "Yes or No", "Score", "Number", "Choice", "Text", "Photo"
YES, NO, NOT_APPLICABLE = "Yes", "No", "Not Applicable"
IN_ORDER, PROBLEMS, FAILED = "All in Order", "Problems Found", "Not Passed"
# Before a choice that is not in order.
WRONG = "*"


class AnswerError(ValueError):
	"""An answer that is none to its question; ``args[0]`` is what was written."""


@dataclass(frozen=True)
class Question:
	"""``lowest``, ``highest``: of a number in order; of a score, what is enough and its full mark (0: no limit above)."""

	kind: str
	weight: float = 1
	must_pass: bool = False
	lowest: float = 0
	highest: float = 0
	choices: str = ""


@dataclass(frozen=True)
class Judged:
	"""What one answer is worth; ``counts``: whether its points are asked for at all."""

	in_order: bool
	points: float
	counts: bool = True


def options(choices: str) -> list[str]:
	"""The choices as they are offered, one a line."""
	return [line.strip().removeprefix(WRONG).strip() for line in (choices or "").splitlines() if line.strip()]


def judge(question: Question, answer: str) -> Judged:
	"""Raises AnswerError. Texts and photographs are in order as soon as they are there."""
	answer = (answer or "").strip()
	match question.kind:
		case "Yes or No":
			if answer not in (YES, NO, NOT_APPLICABLE):
				raise AnswerError(answer)
			if answer == NOT_APPLICABLE:
				return Judged(True, 0, counts=False)
			return _whole(question, answer == YES)
		case "Choice":
			if answer not in options(question.choices):
				raise AnswerError(answer)
			wrong = {
				line.strip()[1:].strip()
				for line in question.choices.splitlines()
				if line.strip().startswith(WRONG)
			}
			return _whole(question, answer not in wrong)
		case "Number":
			number = _number(answer)
			low = question.lowest if question.lowest or question.highest else number
			fits = low <= number <= (question.highest or number)
			return _whole(question, fits)
		case "Score":
			number, full = _number(answer), question.highest or 10
			if not 0 <= number <= full:
				raise AnswerError(answer)
			return Judged(number >= question.lowest, question.weight * number / full)
	return _whole(question, True)


def _whole(question: Question, fits: bool) -> Judged:
	return Judged(fits, question.weight if fits else 0)


def _number(answer: str) -> float:
	try:
		number = float(answer)
	except ValueError:
		raise AnswerError(answer) from None
	if number != number or number in (float("inf"), float("-inf")):
		raise AnswerError(answer)
	return number


def result(rows: Iterable[tuple[Question, Judged]], pass_mark: float) -> tuple[float, str]:
	"""Score in percent of the points asked for (100 where none are), and the result."""
	rows = list(rows)
	asked = sum(question.weight for question, judged in rows if judged.counts)
	score = 100 * sum(judged.points for _question, judged in rows) / asked if asked else 100.0
	if score < pass_mark or any(question.must_pass and not judged.in_order for question, judged in rows):
		return score, FAILED
	return score, IN_ORDER if all(judged.in_order for _question, judged in rows) else PROBLEMS
