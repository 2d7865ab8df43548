"""What a county tells its prefecture each month: figures of a fixed list, small ones left out, signed; no names.

Whoever could tell a single family from a figure must not be told it (统计法: 不得提供、泄露能够识别或者推断单个调查对象身份的
资料). So a number below SMALLEST is hidden (None), and with it what it could be reckoned from: the other parts of the same
whole, and of a group with so few families all of its lines, the money first of all.

A statement is text: JSON with sorted keys, written in one way only; that text is signed. What is none, or says more than
the list has, is refused: nothing in it can hold a word that somebody wrote.
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime

FORMAT = "socaid-figures-1"
SMALLEST = 5
# Kinds of assistance, and the lines of the monthly table, whose names are those of management_insight/statistics_table.py.
GROUPS = (
	"dibao_urban",
	"dibao_rural",
	"tekun_urban",
	"tekun_rural",
	"edge",
	"rigid",
	"temporary",
	"other",
)
COUNTS = (
	"households",
	"new",
	"left",
	"persons",
	"persons_more",
	"persons_fewer",
	"female",
	"elderly",
	"adults",
	"minors",
	"disabled",
	"severely_disabled",
	"full_care",
	"half_care",
	"self_reliant",
	"year_times",
	"year_persons",
)
MONEY = ("cost", "year_cost")
LINES = (*COUNTS, *MONEY)
# The work of the county on the day of the statement; names as in figures.py.
WORK = (
	"cases_overdue",
	"tasks_overdue",
	"problems_open",
	"findings_open",
	"petitions_open",
	"petitions_overdue",
	"publications_overdue",
	"files_to_appraise",
)
# A whole and its parts; parts of one kind whose rest is not told have the rest reckoned.
PARTS = (
	("persons", ("elderly", "adults", "minors")),
	("persons", ("full_care", "half_care", "self_reliant")),
	("persons", ("female",)),
	("persons", ("disabled",)),
	("disabled", ("severely_disabled",)),
)
# With the months before and after, one gives the other.
TOGETHER = (("new", "left"), ("persons_more", "persons_fewer"))
# Aid of a whole year, which months without any do not have.
OF_THE_YEAR = ("year_times", "year_persons", "year_cost")
HEAD = {
	"format": re.compile(re.escape(FORMAT)),
	"county": re.compile(r"[1-9]\d{5}"),
	"month": re.compile(r"20\d\d-(0[1-9]|1[0-2])"),
	"made_at": re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d"),
}


class NotAStatement(ValueError):
	"""It is no statement of this kind, or not the county's; says why."""


Figures = dict[str, dict[str, int | float | None]]


# --- small numbers ------------------------------------------------------------------------------------------------
def small(value: float | None) -> bool:
	return value is not None and 0 < value < SMALLEST


def without_small(figures: Figures) -> Figures:
	"""The same figures with what is small hidden; ``figures``: group (or ``work``) → line → number."""
	return {
		group: {line: None if small(value) else value for line, value in lines.items()}
		if group == "work"
		else _group_without_small(lines)
		for group, lines in figures.items()
	}


def _group_without_small(lines: dict) -> dict:
	if small(lines.get("households")) or small(lines.get("persons")):
		return dict.fromkeys(lines)
	shown = {line: None if line in COUNTS and small(value) else value for line, value in lines.items()}
	if small(lines.get("year_times")) or small(lines.get("year_persons")):
		shown |= {line: None for line in OF_THE_YEAR if line in lines}
	for pair in TOGETHER:
		if any(small(lines.get(line)) for line in pair):
			shown |= {line: None for line in pair if line in lines}
	for whole, parts in PARTS:
		there = [line for line in parts if line in lines]
		if shown.get(whole) is None or not there:
			continue
		rest = lines[whole] - sum(lines[line] for line in there)
		hidden = [line for line in there if shown[line] is None]
		# the only hidden part is the whole without the others, and so is a small rest
		if small(rest) or (len(hidden) == 1 and not rest):
			open_parts = sorted(
				(line for line in there if shown[line] is not None), key=lambda line: lines[line]
			)
			shown |= dict.fromkeys(open_parts[:1])
	return shown


# --- the text ----------------------------------------------------------------------------------------------------
def write(county: str, month: date, made_at: datetime, figures: Figures) -> str:
	"""The text to be signed. Raises NotAStatement."""
	statement = {
		"format": FORMAT,
		"county": county,
		"month": f"{month:%Y-%m}",
		"made_at": f"{made_at:%Y-%m-%dT%H:%M:%S}",
		"figures": without_small(figures),
	}
	text = json.dumps(statement, sort_keys=True, separators=(",", ":"), allow_nan=False)
	read(text)
	return text


def read(text: str) -> dict:
	"""The statement, with nothing in it but the figures of the list. Raises NotAStatement."""
	try:
		statement = json.loads(text)
	except ValueError as error:
		raise NotAStatement("这不是数字报送文件") from error
	if not isinstance(statement, dict) or statement.keys() != {*HEAD, "figures"}:
		raise NotAStatement("数字报送文件的项目不对")
	for name, form in HEAD.items():
		if not isinstance(statement[name], str) or not form.fullmatch(statement[name]):
			raise NotAStatement(f"数字报送文件的“{name}”不对")
	figures = statement["figures"]
	if not isinstance(figures, dict) or not figures.keys() <= {*GROUPS, "work"}:
		raise NotAStatement("数字报送文件有清单以外的类别")
	for group, lines in figures.items():
		if not isinstance(lines, dict) or not lines.keys() <= set(WORK if group == "work" else LINES):
			raise NotAStatement("数字报送文件有清单以外的指标")
		for line, value in lines.items():
			if not _is_figure(value, line in MONEY):
				raise NotAStatement("数字报送文件里有不是数字的内容")
	if text != json.dumps(statement, sort_keys=True, separators=(",", ":")):
		raise NotAStatement("数字报送文件的写法不对")
	return statement


def _is_figure(value, is_money: bool) -> bool:
	if value is None:
		return True
	if isinstance(value, bool) or not isinstance(value, int | float if is_money else int):
		return False
	return math.isfinite(value) and 0 <= value < 10**12 and (is_money or not small(value))
