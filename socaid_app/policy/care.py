"""Care for 特困 persons: the duties of a carer by care grade, and what a check of the carer comes to.

民发〔2021〕43号 fixes six activities by which self-care is judged and no form of agreement; the duties follow from what
a person of each grade cannot do alone, and a county changes their wording in the agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from socaid_app.policy import terms

WELL, PARTLY, NOT_DONE = "Duty Done Well", "Duty Partly Done", "Duty Not Done"
MARKS = (WELL, PARTLY, NOT_DONE)
POINTS = {WELL: 2, PARTLY: 1, NOT_DONE: 0}
# A mark that a county has added says that something was done, not how well.
UNKNOWN_MARK = POINTS[PARTLY]
# What a check of the carer looks at; names of the fields of a check.
DUTIES = {
	"meals": "饮食饮水",
	"cleanliness": "身体和衣着清洁",
	"dwelling": "居室整洁和取暖",
	"medicine": "服药和就医",
	"safety": "人身安全和陪伴",
	"money_use": "钱物使用",
	"emergencies": "紧急情况能联系到",
}

_EVERYBODY = (
	"经常看望，了解身体和生活情况，陪伴交流；",
	"协助打扫居室，注意用火、用电、取暖安全；",
	"生病时及时联系医生，协助就医和领药；",
	"代办的钱物用于本人，记明用途，接受检查；",
	"遇到紧急情况立即处置，并报告村（居）委会和乡镇民政办。",
)
_HALF = ("每天至少上门一次，协助做饭、洗衣、洗澡和其他不能自主完成的事项；",)
_FULL = (
	"每天照料饮食、穿衣、起居、如厕、洗澡，按时翻身，防止褥疮；",
	"按医嘱服药，不得无人照看；",
)
USUAL = {
	terms.SELF_RELIANT: _EVERYBODY,
	terms.HALF_CARE: (*_HALF, *_EVERYBODY),
	terms.FULL_CARE: (*_FULL, *_EVERYBODY),
}
USUAL_BREACH = "照料人不履行约定的，乡镇责令改正；仍不改正的，解除协议，另行安排照料人，并停付照料费用。"


def usual_duties(grade: str) -> str:
	"""Numbered lines; those of a self-reliant person where nothing was assessed."""
	lines = USUAL.get(grade) or _EVERYBODY
	return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def unmarked(marks: Mapping[str, str | None]) -> list[str]:
	"""The duties that were not looked at, in words."""
	return [words for duty, words in DUTIES.items() if not marks.get(duty)]


def score(marks: Iterable[str]) -> int:
	"""Of 100, rounded down; a duty done partly counts half."""
	points = [POINTS.get(mark, UNKNOWN_MARK) for mark in marks]
	return 100 * sum(points) // (2 * len(points)) if points else 0


def neglected(marks: Mapping[str, str]) -> list[str]:
	"""The duties not done, in words: they have to be put right."""
	return [DUTIES[duty] for duty, mark in marks.items() if mark == NOT_DONE]
