"""How somebody is assessed (考核): marks of what the system knows, weighed; what nobody measured weighs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ATTENDANCE, PUNCTUALITY, QUALITY, RATINGS = "Attendance", "Punctuality", "Quality", "Complaints and Ratings"
CRITERIA = (ATTENDANCE, PUNCTUALITY, QUALITY, RATINGS)
# From which mark on.
GRADES = (("Outstanding", 90.0), ("Good", 75.0), ("Passed", 60.0), ("Not Passed", 0.0))
# Of a working day's worth: a day that was late, ended early or has a mark missing is half a day lost.
HALF = 0.5


@dataclass(frozen=True)
class Measure:
	"""``good`` of ``total`` (both as numbers of the same unit); in ``words`` for whoever reads the sheet."""

	good: float
	total: float
	words: str = ""

	@property
	def mark(self) -> float:
		return round(max(0.0, min(100.0, self.good * 100 / self.total)), 1)


def added(first: Measure | None, second: Measure | None) -> Measure | None:
	"""Two measures of one criterion as one."""
	if not first or not second:
		return first or second
	return Measure(
		first.good + second.good,
		first.total + second.total,
		"；".join(filter(None, (first.words, second.words))),
	)


def of_attendance(expected: int, absent: int, faulty: int) -> Measure | None:
	"""Days on which somebody had to work, those missed, and those late, left early or with a mark missing."""
	if not expected:
		return None
	return Measure(
		expected - absent - faulty * HALF,
		expected,
		f"应出勤{expected}天，缺勤{absent}天，迟到早退缺卡{faulty}天",
	)


def total(measures: Mapping[str, Measure | None], weights: Mapping[str, float]) -> float | None:
	"""The weighed mean of what was measured, 0 to 100; None where nothing was."""
	known = {name: one for name, one in measures.items() if one and one.total and weights.get(name)}
	weight = sum(weights[name] for name in known)
	return round(sum(one.mark * weights[name] for name, one in known.items()) / weight, 1) if weight else None


def grade(mark: float | None) -> str:
	return "" if mark is None else next(word for word, least in GRADES if mark >= least)
