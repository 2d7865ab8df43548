"""What answers of an exam are worth. Choices are lines of text; in the bank the right ones begin with an asterisk."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

SINGLE, MULTIPLE, JUDGEMENT = "Single Choice", "Multiple Choice", "True or False"
LETTERS = "ABCDEFGHIJ"
RIGHT = "*"


class QuestionError(ValueError):
	"""Choices that make no question of the kind; the words say why, in Chinese."""


def choices_of(text: str) -> list[str]:
	return [line.strip() for line in (text or "").splitlines() if line.strip()]


def words_of(choice: str) -> str:
	return choice.removeprefix(RIGHT).strip()


def check(kind: str, text: str) -> None:
	"""Raises QuestionError."""
	choices = choices_of(text)
	right = sum(choice.startswith(RIGHT) for choice in choices)
	if len({words_of(choice) for choice in choices}) < len(choices) or not all(map(words_of, choices)):
		raise QuestionError("选项不能空白或重复。")
	if kind == JUDGEMENT and len(choices) != 2:
		raise QuestionError("判断题填写两个选项。")
	if not 2 <= len(choices) <= len(LETTERS):
		raise QuestionError("选项应为2至10个，每行一个。")
	if kind == MULTIPLE and right < 2:
		raise QuestionError("多选题至少有两个正确选项，行首加*。")
	if kind != MULTIPLE and right != 1:
		raise QuestionError("应有且只有一个正确选项，行首加*。")


def shuffled(kind: str, text: str, dice: random.Random) -> list[str]:
	"""The choices without their marks, in another order; true and false stay in theirs."""
	choices = [words_of(choice) for choice in choices_of(text)]
	if kind != JUDGEMENT:
		dice.shuffle(choices)
	return choices


def cleaned(answer: str, count: int) -> str:
	"""Letters of choices in alphabetical order, each once; what names no choice goes."""
	return "".join(letter for letter in LETTERS[:count] if letter in (answer or "").upper())


def gained(kind: str, bank: str, shown: Sequence[str], answer: str, points: float) -> float:
	"""``bank``: the choices as they stand in the bank, ``shown``: as they were asked. Of several right ones half the
	points for a part of them and nothing wrong."""
	right = {words_of(choice) for choice in choices_of(bank) if choice.startswith(RIGHT)}
	given = {
		shown[LETTERS.index(letter)]
		for letter in cleaned(answer, len(shown))
		if LETTERS.index(letter) < len(shown)
	}
	if given == right:
		return points
	return points / 2 if kind == MULTIPLE and given and given < right else 0.0


def score(rows: Iterable[tuple[float, float]]) -> float:
	"""Percent of the points of all questions that were gained; rows of (points, gained)."""
	rows = list(rows)
	possible = sum(points for points, _gained in rows)
	return round(sum(gained for _points, gained in rows) * 100 / possible, 1) if possible else 0.0


def drawn(bank: Mapping[str, Sequence[str]], wanted: Mapping[str, int], dice: random.Random) -> list[str]:
	"""So many names of each kind, by chance; fewer where the bank has fewer."""
	return [
		name
		for kind, count in wanted.items()
		for name in dice.sample(list(bank.get(kind, ())), min(count, len(bank.get(kind, ()))))
	]
