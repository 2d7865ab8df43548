"""A list of another body – the relief centre, a township, the bank, the old system – read as it is meant.

Which heading holds what, and what its words mean, the layout says; what kind of file it is and in which encoding, its
bytes say (comparison/readers.py). A cell that means nothing refuses the whole file, with the places: an amount that
cannot be read is not the same as no amount. A number that a spreadsheet has cut is read as what it is, and nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from socaid_app.comparison import id_numbers, readers
from socaid_app.comparison.fields import Field, UnreadableCell
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.comparison.kinds import CODE, MONEY, NUMBER, TEXT, column
from socaid_app.policy import names, numbers
from socaid_app.policy.income import money
from socaid_app.policy.reading import shown

# What a column may hold.
NAME, ID_NUMBER, ACCOUNT, CATEGORY, AMOUNT, DIVISION, ADDRESS, HEAD, MEMBERS, STATE = (
	"name",
	"id_number",
	"account",
	"category",
	"amount",
	"division",
	"address",
	"head",
	"members",
	"state",
)
LABELS = {
	NAME: "姓名",
	ID_NUMBER: "身份证号",
	ACCOUNT: "银行账号",
	CATEGORY: "救助类别",
	AMOUNT: "金额",
	DIVISION: "村（社区）",
	ADDRESS: "住址",
	HEAD: "户主姓名",
	MEMBERS: "家庭人口",
	STATE: "在世或者去世",
}
ALIVE, DEAD = "alive", "dead"
# What is written of the living and the dead where a layout says nothing else.
STATES = {
	ALIVE: ("在世", "健在", "正常", "生存", "在保"),
	DEAD: ("死亡", "已死亡", "去世", "已去世", "已故", "病故", "死亡注销"),
}
# Lines of sums; whoever is called so and has a number is a person.
TOTALS = frozenset({"合计", "总计", "小计", "共计", "合计：", "总计："})
MOST_ROWS = 200_000
FLOATED = re.compile(id_numbers.FLOATED)
# Places that a refusal names; how many more there are is said.
MOST_NAMED = 50
AT_ONCE = 2_000


@dataclass(frozen=True)
class ListLayout:
	"""``headings``: what a column holds → its headings in files; ``optional`` may be lacking. ``categories`` and
	``states``: what is written → the category, or alive or dead."""

	headings: Mapping[str, tuple[str, ...]]
	optional: frozenset[str] = frozenset()
	categories: Mapping[str, str] = field(default_factory=dict)
	states: Mapping[str, str] = field(default_factory=dict)
	sheet: str = ""

	@property
	def key(self) -> str:
		"""By what a line is known to be somebody's: the identity number, or the account of a bank's list without one."""
		return ID_NUMBER if ID_NUMBER in self.headings else ACCOUNT

	def fields(self) -> list[Field]:
		return [self._field(content, words) for content, words in self.headings.items()]

	def _field(self, content: str, headings: tuple[str, ...]) -> Field:
		kind, codes = TEXT, {}
		match content:
			case "amount":
				kind = MONEY
			case "members":
				kind = NUMBER
			case "category":
				kind, codes = CODE, {names.legible(word): means for word, means in self.categories.items()}
			case "state":
				kind, codes = CODE, dict(self.states) or _shipped_states()
		return Field(
			content,
			LABELS[content],
			kind,
			tuple(headings),
			codes=codes,
			optional=content in self.optional,
			unit="人" if kind == NUMBER else "",
		)


def _shipped_states() -> dict[str, str]:
	return {word: state for state, words in STATES.items() for word in words}


@dataclass(frozen=True)
class Line:
	"""What a line of the list says; None where it says nothing. ``number`` is whole where ``number_state`` is."""

	row: int
	name: str
	number: str = ""
	number_state: str = id_numbers.MISSING
	account: str = ""
	category: str | None = None
	amount: Decimal | None = None
	division: str | None = None
	address: str | None = None
	head: str | None = None
	members: int | None = None
	dead: bool | None = None

	@property
	def is_whole(self) -> bool:
		return self.number_state == id_numbers.WHOLE


@dataclass(frozen=True)
class ReadList:
	"""``said``: which contents the file has columns of; ``nobody``: lines that name nobody, by number."""

	lines: tuple[Line, ...]
	said: frozenset[str]
	rows: int
	nobody: tuple[int, ...] = ()
	notes: tuple[str, ...] = ()


def read(connection, path: Path | str, layout: ListLayout) -> ReadList:
	"""The file, wholly. Raises UnreadableReply with the places."""
	wanted = layout.fields()
	with readers.opened(connection, path, wanted, layout.sheet) as table:
		if table.rows > MOST_ROWS:
			raise UnreadableReply(f"文件有{table.rows:,}行，最多{MOST_ROWS:,}行，请按乡镇分成几个文件。")
		lines, nobody, problems = _lines(_cells(connection, table.scan, wanted), wanted)
	if problems:
		raise _unreadable(problems)
	said = frozenset(content for content, heading in table.headings.items() if heading is not None)
	return ReadList(tuple(_doubted(lines)), said, table.rows, tuple(nobody), tuple(table.notes))


def _cells(connection, scan: str, wanted: list[Field]) -> Iterator[tuple]:
	picked = ", ".join(column(one.name) for one in wanted)
	cursor = connection.execute(f"select row_no, {picked} from {scan} order by row_no")
	while some := cursor.fetchmany(AT_ONCE):
		yield from some


def _lines(cells: Iterator[tuple], wanted: list[Field]) -> tuple[list[Line], list[int], list[str]]:
	lines: list[Line] = []
	nobody: list[int] = []
	problems: list[str] = []
	for row, *texts in cells:
		values = {}
		for one, text in zip(wanted, texts, strict=True):
			try:
				values[one.name] = one.read(text)
			except UnreadableCell as error:
				problems.append(f"数据第{row}行“{one.label}”：“{shown(text)}”{error}")
		if FLOATED.fullmatch(numbers.squeeze(values.get(ACCOUNT))):
			problems.append(
				f"数据第{row}行“{LABELS[ACCOUNT]}”：账号被表格软件改掉了，请来源单位把该列设为“文本”后重新提供"
			)
		if not any(value not in (None, "") for value in values.values()):
			continue
		line = _line(row, values)
		if line.name or line.number or line.account:
			if line.name not in TOTALS or line.number or line.account:
				lines.append(line)
		else:
			nobody.append(row)
	return lines, nobody, problems


def _line(row: int, values: Mapping[str, object]) -> Line:
	number = id_numbers.read_number(values.get(ID_NUMBER))
	account = numbers.squeeze(values.get(ACCOUNT))
	members, state = values.get(MEMBERS), values.get(STATE)
	return Line(
		row,
		names.canonical(values.get(NAME)),
		number.number,
		number.state,
		account,
		values.get(CATEGORY),
		None if values.get(AMOUNT) is None else money(values[AMOUNT]),
		values.get(DIVISION),
		values.get(ADDRESS),
		names.canonical(values.get(HEAD)) or None,
		None if members is None else int(members),
		None if state is None else state == DEAD,
	)


def _doubted(lines: list[Line]) -> Iterator[Line]:
	"""Where a spreadsheet has cut numbers of the file, one that ends in three noughts may be cut as well."""
	cut = any(line.number_state == id_numbers.ROUNDED for line in lines)
	for line in lines:
		if cut and line.is_whole and id_numbers.ends_in_noughts(line.number):
			yield replace(line, number_state=id_numbers.DOUBTFUL)
		else:
			yield line


def _unreadable(problems: list[str]) -> UnreadableReply:
	more = f"\n另有{len(problems) - MOST_NAMED:,}处" if len(problems) > MOST_NAMED else ""
	return UnreadableReply(
		"文件中有无法识别的内容，没有使用其中任何数据。请更正，或者在名单格式中补上这些说法的含义。\n"
		+ "\n".join(problems[:MOST_NAMED])
		+ more
	)
