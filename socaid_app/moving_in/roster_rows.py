"""One row of a roster read: each cell understood, or said what is wrong with it. Imports no frappe.

Nothing is guessed and nothing completed: a cell that means nothing stops its row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from socaid_app.comparison import id_numbers
from socaid_app.comparison.fields import NOT_A_TEXT, Field, UnreadableCell
from socaid_app.comparison.kinds import DATE, MONEY
from socaid_app.moving_in import roster_words as words
from socaid_app.moving_in.roster_reading import Record
from socaid_app.moving_in.roster_words import UnclearWord, Vocabulary
from socaid_app.policy import identity, names, numbers, terms, texts

# What a problem is about, as the figures count them.
FORMULA, DAMAGED, NUMBER, NAME, PLACE, RELATION, HEAD, TWICE = (
	"公式或出错单元格",
	"表格软件改坏的号码",
	"身份证号",
	"姓名",
	"村（社区）",
	"与户主关系",
	"户主",
	"表内重复",
)
REGISTERED, ELSEWHERE, CATEGORY, HELD, AMOUNT, MONTH, DEATH, HOUSEHOLD, OTHER = (
	"已登记",
	"已在另一户",
	"救助类别",
	"待遇重复或冲突",
	"金额",
	"起始月份",
	"已去世或已迁出",
	"家庭",
	"其他内容",
)
LONGEST_NAME, LONGEST_TEXT = 140, 500
EARLIEST_START = date(1990, 1, 1)
# Fields that hold a text as it is, and its longest.
TEXTS = {"address": LONGEST_TEXT, "bank_name": LONGEST_NAME, "ethnicity": 30}
_DAY, _MONEY = Field("day", "日期", DATE), Field("money", "金额", MONEY)
_MONTH = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})月?")


@dataclass(frozen=True)
class Problem:
	"""``field``: of the column it is about. What is ``doubtful`` passes where the clerk has compared it with the paper;
	a ``note`` stops nothing."""

	kind: str
	field: str
	text: str
	doubtful: bool = False
	note: bool = False


@dataclass
class Row:
	"""``values``: what the cells mean, by field; what is blank or wrong is not in it."""

	row_no: int
	values: dict = field(default_factory=dict)
	problems: list[Problem] = field(default_factory=list)
	# what the register knows: who this is, and whether there is nothing left to write
	recipient: str = ""
	there: bool = False

	def get(self, name: str):
		return self.values.get(name)

	@property
	def name(self) -> str:
		return self.values.get("full_name") or ""

	@property
	def is_head(self) -> bool:
		return self.get("kinship") == terms.HEAD

	@property
	def stops(self) -> bool:
		return any(self.is_stopped_by(problem) for problem in self.problems)

	def is_stopped_by(self, problem: Problem) -> bool:
		return not problem.note and not (problem.doubtful and self.get("confirmed"))

	def wrong(self, kind: str, name: str, text: str, **more) -> None:
		problem = Problem(kind, name, text, **more)
		if problem not in self.problems:
			self.problems.append(problem)


# Of which kind the values of a row are, when they are stored and read again.
DATES = ("birth_date", "start_month", "decided_on", "last_review_on", "joined_on")
AMOUNTS = ("household_amount", "person_amount")


def stored(row: Row) -> dict:
	"""The values as JSON holds them; :func:`restored` gives them back."""
	return {
		name: value if isinstance(value, str | bool) else str(value) for name, value in row.values.items()
	}


def restored(values: Mapping) -> dict:
	def value_of(name: str, value):
		if name in DATES:
			return date.fromisoformat(value)
		return Decimal(value) if name in AMOUNTS else value

	return {name: value_of(name, value) for name, value in values.items()}


def read(record: Record, fields: Sequence[str], vocabulary: Vocabulary) -> Row:
	"""``fields``: of each column of the file, '' where it means nothing here."""
	row = Row(record.row_no)
	if record.beyond:
		row.wrong(OTHER, "", "表头右边还有内容，这一行可能错位，请核对")
	cells = {}
	for name, cell in zip(fields, record.cells, strict=True):
		if name and (text := words.clean(cell)):
			if re.match(NOT_A_TEXT, text):
				row.wrong(
					FORMULA,
					name,
					"是公式或表格软件的出错信息，显示的结果不予采用：请核对后直接填写内容，或复制后“选择性粘贴—数值”",
				)
			else:
				cells[name] = text
	for name, text in cells.items():
		_READERS[name](row, name, text, vocabulary)
	_require(row, cells)
	_place(row, cells, vocabulary)
	return row


def _require(row: Row, cells: Mapping[str, str]) -> None:
	wrong = {problem.field for problem in row.problems}
	if "full_name" not in cells and "full_name" not in wrong:
		row.wrong(NAME, "full_name", "没有填写姓名")
	if "id_number" not in cells and "id_number" not in wrong:
		row.wrong(NUMBER, "id_number", "没有填写身份证号；确实没有的，请在“人员”中单独登记")
	sex = row.get("sex")
	if row.get("id_number") and sex and sex != row.values["sex_of_number"]:
		row.wrong(NUMBER, "sex", "性别与身份证号不符，请对照证件核对")


def _place(row: Row, cells: Mapping[str, str], vocabulary: Vocabulary) -> None:
	"""The village decides who may see the family, so it is asked of every row."""
	if any(problem.field in ("village", "township") for problem in row.problems):
		return
	if "village" not in cells:
		row.wrong(PLACE, "village", "没有填写村（社区）")
		return
	try:
		row.values["division"] = vocabulary.village(cells["village"], cells.get("township", ""))
	except UnclearWord as error:
		row.wrong(PLACE, "village", str(error))


# --- cells --------------------------------------------------------------------------------------------------------
def _name(row: Row, name: str, text: str, _vocabulary: Vocabulary) -> None:
	value = names.canonical(text)
	if not texts.is_name(value) or len(value) > LONGEST_NAME:
		row.wrong(NAME, name, f"“{text[:20]}”不是姓名")
	else:
		row.values[name] = value


def _id_number(row: Row, name: str, text: str, vocabulary: Vocabulary) -> None:
	try:
		card = identity.check_id(text, vocabulary.today)
	except identity.IdentityError as error:
		reading = id_numbers.read_number(text)
		damaged = reading.state in (id_numbers.ROUNDED, id_numbers.MASKED)
		said = id_numbers.MEANINGS[reading.state] if damaged else str(error)
		if reading.state == id_numbers.OTHER:
			said = "不是居民身份证号；持其他证件的人请在“人员”中单独登记"
		row.wrong(DAMAGED if damaged else NUMBER, name, said)
		return
	if numbers.may_be_cut(card.number):
		row.wrong(DAMAGED, name, _CUT, doubtful=True)
	row.values |= {name: card.number, "birth_date": card.birth_date, "sex_of_number": card.sex}


_CUT = "末几位都是0，可能被表格软件改掉：请对照原件；确实如此的，在“已对照原件”一列填“是”"


def _head_number(row: Row, name: str, text: str, vocabulary: Vocabulary) -> None:
	try:
		row.values[name] = identity.check_id(text, vocabulary.today).number
	except identity.IdentityError as error:
		row.wrong(NUMBER, name, f"户主身份证号：{error}")


def _by_rule(kind: str, rule: Callable[[str], str]) -> Callable:
	def read_number(row: Row, name: str, text: str, _vocabulary: Vocabulary) -> None:
		try:
			row.values[name] = rule(text)
		except numbers.NumberError as error:
			row.wrong(kind, name, str(error))

	return read_number


def _account(row: Row, name: str, text: str, _vocabulary: Vocabulary) -> None:
	try:
		row.values[name] = numbers.check_account(text)
	except numbers.NumberError as error:
		row.wrong(DAMAGED if "表格软件" in str(error) else OTHER, name, str(error))
		return
	if numbers.may_be_cut(row.values[name]):
		row.wrong(DAMAGED, name, _CUT, doubtful=True)


def _choice(row: Row, name: str, text: str, _vocabulary: Vocabulary) -> None:
	try:
		row.values[name] = words.choice(name, text)
	except UnclearWord as error:
		row.wrong(OTHER, name, str(error))


def _truth(row: Row, name: str, text: str, _vocabulary: Vocabulary) -> None:
	try:
		row.values[name] = words.truth(text)
	except UnclearWord as error:
		row.wrong(OTHER, name, str(error))


def _kinship(row: Row, name: str, text: str, vocabulary: Vocabulary) -> None:
	try:
		row.values[name] = vocabulary.kinship("".join(text.split()))
	except UnclearWord as error:
		row.wrong(RELATION, name, str(error))


def _state(row: Row, name: str, text: str, _vocabulary: Vocabulary) -> None:
	try:
		words.require_living(text)
	except UnclearWord as error:
		row.wrong(DEATH, name, str(error))


def _amount(row: Row, name: str, text: str, _vocabulary: Vocabulary) -> None:
	try:
		value = _MONEY.read(text)
	except UnreadableCell:
		row.wrong(AMOUNT, name, f"“{text[:20]}”不是金额，应为数字，如385.50")
		return
	if value < 0 or value != value.quantize(Decimal("0.01")):
		row.wrong(AMOUNT, name, f"“{text[:20]}”不是金额：不能为负数，最多两位小数")
	else:
		row.values[name] = value.quantize(Decimal("0.01"))


def _month(row: Row, name: str, text: str, vocabulary: Vocabulary) -> None:
	found = _MONTH.fullmatch(text)
	try:
		value = date(int(found[1]), int(found[2]), 1) if found else _DAY.read(text).replace(day=1)
	except (ValueError, UnreadableCell):
		row.wrong(MONTH, name, f"“{text[:20]}”不是月份，请填如2024-03")
		return
	if value > vocabulary.today:
		row.wrong(MONTH, name, f"起始月份{value:%Y-%m}在未来；还没有开始的待遇请按新申请办理")
	elif value < EARLIEST_START:
		row.wrong(MONTH, name, f"起始月份{value:%Y-%m}过早，请核对")
	else:
		row.values[name] = value


def _day(row: Row, name: str, text: str, vocabulary: Vocabulary) -> None:
	try:
		value = _DAY.read(text)
	except UnreadableCell:
		row.wrong(OTHER, name, f"“{text[:20]}”不是日期，请填如2024-03-15")
		return
	if value > vocabulary.today:
		row.wrong(OTHER, name, f"日期{value:%Y-%m-%d}在未来")
	else:
		row.values[name] = value


def _text(row: Row, name: str, text: str, _vocabulary: Vocabulary) -> None:
	if len(text) > TEXTS.get(name, LONGEST_NAME):
		row.wrong(OTHER, name, f"超过{TEXTS.get(name, LONGEST_NAME)}字")
	else:
		row.values[name] = text


def _word(row: Row, name: str, text: str, _vocabulary: Vocabulary) -> None:
	"""Understood only with others: the category with the area, the household with its rows."""
	row.values[name] = "".join(text.split())


def _with_village(_row: Row, _name: str, _text: str, _vocabulary: Vocabulary) -> None:
	pass


_READERS: dict[str, Callable] = {
	"household_no": _word,
	"head_id_number": _head_number,
	"full_name": _name,
	"id_number": _id_number,
	"kinship": _kinship,
	"person_state": _state,
	"township": _with_village,
	"village": _with_village,
	"phone": _by_rule(OTHER, numbers.check_phone),
	"bank_account": _account,
	"disability_certificate": _by_rule(OTHER, lambda text: numbers.check_certificate(text, identity.is_id)),
	"category": _word,
	"covered": _truth,
	"confirmed": _truth,
	"household_amount": _amount,
	"person_amount": _amount,
	"start_month": _month,
	"decided_on": _day,
	"last_review_on": _day,
	"joined_on": _day,
	**dict.fromkeys(TEXTS, _text),
	**dict.fromkeys(words.CHOICES, _choice),
}
