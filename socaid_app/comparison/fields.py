"""A field of a reply or of the roster, and how one cell of it is understood.

Blank, or one of the field's words for it, is *missing*. Anything else is a value or a problem that names the cell: a
date that cannot be read is not the same as no date. :meth:`Field.read` does it for one cell, :meth:`Field.sql` for
millions; a test holds them equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from socaid_app.comparison.kinds import (
	CODE,
	EXACT,
	KINDS,
	MONEY,
	MOST,
	NUMBER,
	PLACES,
	STORED,
	TEXT,
	literal,
	rounded,
)
from socaid_app.policy import names
from socaid_app.policy.reading import EARLIEST, LATEST, shown

# Unit → what one of it is in the unit a rule counts in: yuan, square metres, months, pieces.
UNITS = {
	MONEY: {
		"元": Decimal(1),
		"万元": Decimal(10000),
		"千元": Decimal(1000),
		"角": Decimal("0.1"),
		"分": Decimal("0.01"),
	},
	NUMBER: {
		"": Decimal(1),
		"平方米": Decimal(1),
		"亩": Decimal(1),
		"公顷": Decimal(15),
		"月": Decimal(1),
		"年": Decimal(12),
		"人": Decimal(1),
		"套": Decimal(1),
		"辆": Decimal(1),
		"%": Decimal("0.01"),
	},
}
# Ways of writing a day; a spreadsheet's count of days is read only where the source says so.
ISO = "2026-01-31"
DAYS = {
	ISO: (r"(\d{4})-(\d{1,2})-(\d{1,2})", "123"),
	"2026/1/31": (r"(\d{4})/(\d{1,2})/(\d{1,2})", "123"),
	"2026.1.31": (r"(\d{4})\.(\d{1,2})\.(\d{1,2})", "123"),
	"20260131": (r"(\d{4})(\d{2})(\d{2})", "123"),
	"2026年1月31日": (r"(\d{4})年(\d{1,2})月(\d{1,2})日?", "123"),
	"31/1/2026": (r"(\d{1,2})/(\d{1,2})/(\d{4})", "321"),
	"1/31/2026": (r"(\d{1,2})/(\d{1,2})/(\d{4})", "312"),
}
UNAMBIGUOUS = (ISO, "2026/1/31", "2026.1.31", "20260131", "2026年1月31日")
# A day of a spreadsheet or a database has a time of day.
CLOCK = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
SERIAL, FIRST_SERIAL = "表格日期序号", date(1899, 12, 30)
YES, NO = ("是", "有", "1", "true", "y", "yes"), ("否", "无", "0", "false", "n", "no")
WIDE, NARROW = "０１２３４５６７８９．，－＋　", "0123456789.,-+ "
# A formula, or what a spreadsheet shows of one that failed.
NOT_A_TEXT = r"^(=|#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)$)"
PLAIN = r"[!-~\x{4e00}-\x{9fff}]+( [!-~\x{4e00}-\x{9fff}]+)*"
AMOUNT = r"[+-]?([0-9]{1,16}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]{1,8})?"
# What most amounts look like, too small to be too large in any unit; and a day that the database reads as it stands.
PLAIN_AMOUNT, PLAIN_DAY = r"[0-9]{1,8}(\.[0-9]{1,4})?", r"\d{4}-\d{1,2}-\d{1,2}"
# A name of Han characters alone has one form already.
HAN = r"[\x{4e00}-\x{9fff}]+"


# So many names are remembered, so that one that stands in many rows is brought to its form once.
MOST_NAMES = 100_000


class LayoutError(ValueError):
	"""The configuration of a source or roster cannot be used; the message says where and why."""


class UnreadableCell(ValueError):
	"""The cell means nothing; the message says what should be in it."""


@dataclass(frozen=True)
class Field:
	"""``name`` is what a rule calls it, ``label`` what people read, ``columns`` what it is headed in files.

	``codes`` maps what is written to a value, ``meanings`` a value to what it means; ``missing`` are words that say
	that there is nothing to say. Where ``optional``, a file may lack the column.
	"""

	name: str
	label: str
	kind: str = TEXT
	columns: tuple[str, ...] = ()
	unit: str = ""
	days: tuple[str, ...] = UNAMBIGUOUS
	codes: Mapping[str, str] = field(default_factory=dict)
	meanings: Mapping[str, str] = field(default_factory=dict)
	missing: tuple[str, ...] = ()
	optional: bool = False

	@property
	def factor(self) -> Decimal:
		return UNITS[self.kind][self.unit or ("元" if self.kind == MONEY else "")]

	# --- one cell ---------------------------------------------------------------------------------------------
	def read(self, text: str | None):
		"""The value, None where there is none. Raises UnreadableCell."""
		written = names.legible(text)
		if not written or written in self.missing:
			return None
		match self.kind:
			case "number" | "money":
				return self._quantity(written)
			case "date":
				return self._day(written)
			case "truth":
				return self._truth(written)
			case "code":
				if written not in self.codes:
					raise UnreadableCell(self.expects)
				return self.codes[written]
		if re.match(NOT_A_TEXT, written):
			raise UnreadableCell(self.expects)
		return written

	def _quantity(self, written: str) -> Decimal:
		# noughts after the point are kept by the agencies, blanks before the unit are not
		number = written.removeprefix("¥").removesuffix(self.unit or "\0").strip()
		if not re.fullmatch(AMOUNT, number):
			raise UnreadableCell(self.expects)
		value = EXACT.multiply(Decimal(number.replace(",", "")), self.factor)
		if abs(value) >= MOST:
			raise UnreadableCell(self.expects)
		return rounded(value)

	def _day(self, written: str) -> date:
		found = None
		for way in self.days:
			if way == SERIAL:
				if re.fullmatch(r"[0-9]{4,6}(\.[0-9]+)?", written):
					found = FIRST_SERIAL + timedelta(days=int(written.partition(".")[0]))
			elif match := re.fullmatch(DAYS[way][0] + CLOCK, written, re.ASCII):
				found = _date(*(int(match[int(part)]) for part in DAYS[way][1]))
			if found:
				break
		if found is None or not EARLIEST <= found <= LATEST:
			raise UnreadableCell(self.expects)
		return found

	def _truth(self, written: str) -> bool:
		if written.lower() in YES:
			return True
		if written.lower() in NO:
			return False
		raise UnreadableCell(self.expects)

	@property
	def expects(self) -> str:
		"""What should be in the cell."""
		match self.kind:
			case "number":
				return f"应为数字{f'（单位{self.unit}）' if self.unit else ''}"
			case "money":
				return f"应为金额（单位{self.unit or '元'}）"
			case "date":
				return f"应为日期，例如{'、'.join(self.days[:3])}"
			case "truth":
				return "应为“是”或“否”"
			case "code":
				return f"不在代码表中，应为{'、'.join(list(self.codes)[:8])}{'等' if len(self.codes) > 8 else ''}"
		return "应为文字，而这是公式或表格软件的出错信息"

	# --- millions of cells ------------------------------------------------------------------------------------
	def sql(self, column: str) -> str:
		"""The value of a cell whose legible text is ``column``; NULL where it is missing or means nothing."""
		value = getattr(self, f"_{self.kind}_sql")(column)
		return f"case when not {self.missing_sql(column)} then cast({value} as {STORED[self.kind]}) end"

	def missing_sql(self, column: str) -> str:
		words = ", ".join(literal(word) for word in ("", *self.missing))
		return f"({column} is null or {column} in ({words}))"

	def _text_sql(self, column: str) -> str:
		return f"case when not regexp_matches({column}, {literal(NOT_A_TEXT)}) then {column} end"

	def _code_sql(self, column: str) -> str:
		if not self.codes:
			return "null"
		cases = " ".join(f"when {literal(key)} then {literal(value)}" for key, value in self.codes.items())
		return f"case {column} {cases} end"

	def _truth_sql(self, column: str) -> str:
		words = [", ".join(literal(word) for word in side) for side in (YES, NO)]
		return f"case when lower({column}) in ({words[0]}) then true when lower({column}) in ({words[1]}) then false end"

	def _number_sql(self, column: str) -> str:
		number = f"regexp_replace({column}, '^¥', '')"
		if self.unit:
			number = f"regexp_replace({number}, {literal(re.escape(self.unit) + '$')}, '')"
		number = f"trim({number})"
		factor = f"cast({self.factor} as decimal(7, 2))"
		value = f"try_cast(replace({number}, ',', '') as decimal(26, 8)) * {factor}"
		return f"""case when regexp_full_match({column}, {literal(PLAIN_AMOUNT)})
				then cast(try_cast({column} as decimal(12, {PLACES})) * {factor} as decimal(38, {PLACES}))
			when regexp_full_match({number}, {literal(AMOUNT)}) and abs({value}) < {MOST}
				then cast({value} as decimal(38, {PLACES})) end"""

	_money_sql = _number_sql

	def _date_sql(self, column: str) -> str:
		cases = []
		for way in self.days:
			if way == SERIAL:
				pattern = literal(r"[0-9]{4,6}(\.[0-9]+)?")
				whole = f"cast(regexp_extract({column}, '^[0-9]+') as int)"
				cases.append((pattern, f"cast(date '{FIRST_SERIAL}' + {whole} as date)"))
			else:
				pattern, order = DAYS[way]
				pattern = literal(pattern + CLOCK)
				parts = [rf"\{part}" for part in order]
				cases.append(
					(pattern, f"try_cast(regexp_replace({column}, {pattern}, '{'-'.join(parts)}') as date)")
				)
		found = ", ".join(
			f"case when regexp_full_match({column}, {pattern}) then {value} end" for pattern, value in cases
		)
		day = f"plausible_day(coalesce({found}))"
		if ISO not in self.days:
			return day
		return f"""case when regexp_full_match({column}, {literal(PLAIN_DAY)}) then plausible_day(try_cast({column} as date))
			else {day} end"""


def legible_sql(column: str) -> str:
	"""A cell as :func:`policy.names.legible` leaves it; what is plain or blank already is left alone."""
	return f"""case when coalesce({column}, '') = '' then '' when regexp_full_match({column}, '{PLAIN}') then {column}
		else legible({column}) end"""


def name_sql(cell: str, value: str) -> str:
	"""The name of a person in its one form, NULL where there is none. ``value`` is what the legible cell means."""
	return f"""case when coalesce({cell}, '') = '' then null when regexp_full_match({cell}, '{HAN}') then {value}
		else nullif(canonical_name({value}), '') end"""


def prepare(connection) -> None:
	"""Registers what SQL cannot do as Python does it."""
	connection.create_function("legible", names.legible, ["VARCHAR"], "VARCHAR", null_handling="special")
	connection.execute(
		f"create or replace temp macro plausible_day(d) as "
		f"case when d between date '{EARLIEST}' and date '{LATEST}' then d end"
	)
	connection.create_function(
		"canonical_name",
		lru_cache(MOST_NAMES)(names.canonical),
		["VARCHAR"],
		"VARCHAR",
		null_handling="special",
	)


def _date(year: int, month: int, day: int) -> date | None:
	try:
		return date(year, month, day)
	except ValueError:
		return None


# --- configuration -------------------------------------------------------------------------------------------
NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")
LABEL = re.compile(r"[^“”「」\"\s]{1,40}")


def field_from(record: Mapping, where: str) -> Field:
	"""A field as configuration writes it. Raises LayoutError."""
	known = {"name", "label", "kind", "columns", "unit", "days", "codes", "missing", "optional", "of"}
	if unknown := sorted(set(record) - known):
		raise LayoutError(f"{where}：不认识的设置“{'、'.join(unknown)}”。")
	name, label, kind = record.get("name", ""), record.get("label", ""), record.get("kind", TEXT)
	where = f"{where}的字段“{shown(label or name)}”"
	if not NAME.fullmatch(str(name)):
		raise LayoutError(f"{where}：名称应由小写字母、数字和下划线组成。")
	if not LABEL.fullmatch(str(label)):
		raise LayoutError(f"{where}：标签为1至40个字，不含引号和空格。")
	if kind not in KINDS:
		raise LayoutError(f"{where}：类型应为{'、'.join(KINDS)}之一。")
	unit = record.get("unit", "")
	if unit and unit not in UNITS.get(kind, ()):
		raise LayoutError(
			f"{where}：单位“{shown(unit)}”不能用于{KINDS[kind]}，可用{'、'.join(filter(None, UNITS.get(kind, ())))}。"
		)
	days = tuple(record.get("days") or UNAMBIGUOUS)
	if wrong := [way for way in days if way != SERIAL and way not in DAYS]:
		raise LayoutError(f"{where}：不认识的日期写法“{shown(wrong[0])}”，可用{'、'.join((*DAYS, SERIAL))}。")
	codes, meanings = _codes(record.get("codes") or {}, where)
	if kind == CODE and not codes:
		raise LayoutError(f"{where}：代码类型要有代码表。")
	return Field(
		name=name,
		label=label,
		kind=kind,
		columns=tuple(record.get("columns") or (label,)),
		unit=unit,
		days=days,
		codes=codes,
		meanings=meanings,
		missing=tuple(record.get("missing") or ()),
		optional=bool(record.get("optional")),
	)


def _codes(written: Mapping, where: str) -> tuple[dict[str, str], dict[str, str]]:
	"""``{value: [meaning, code, code …]}`` → what is written → value, value → meaning. The meaning is a code as well."""
	codes: dict[str, str] = {}
	meanings: dict[str, str] = {}
	for value, words in written.items():
		meaning, *others = (words,) if isinstance(words, str) else words
		meanings[value] = meaning
		for word in dict.fromkeys((value, meaning, *others)):
			if codes.setdefault(names.legible(word), value) != value:
				raise LayoutError(f"{where}：代码“{shown(word)}”有两个含义。")
	if len(set(meanings.values())) < len(meanings):
		raise LayoutError(f"{where}：代码表中有两个取值的含义相同。")
	return codes, meanings
