"""Files for the bank and back, in whatever layout the bank wants: pure functions over a :class:`Layout`.

Columns in any order, delimited or of fixed width (in bytes, as banks count), UTF-8 or GB18030, yuan or fen, a first
and a last line with number and sum. What does not fit is refused and never cut off; what cannot be read is reported
line by line and never read in part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from socaid_app.policy.income import money

DELIMITED, FIXED_WIDTH = "Delimited", "Fixed Width"
UTF8, GB18030 = "UTF-8", "GB18030"
YUAN, FEN = "Yuan", "Fen"
COMMA, BAR, TAB, SEMICOLON = "Comma", "Vertical Bar", "Tab", "Semicolon"
DELIMITERS = {COMMA: ",", BAR: "|", TAB: "\t", SEMICOLON: ";"}

# What a column holds; the options of Payment Layout Column.content.
SERIAL, NAME, ID_NUMBER, ACCOUNT, BANK, AMOUNT = (
	"Serial Number",
	"Payee Name",
	"ID Number",
	"Account Number",
	"Bank",
	"Amount",
)
MONTH, LIST, DIVISION, SCHEME, FIXED_TEXT = (
	"Payment Month",
	"List Number",
	"Division Name",
	"Scheme",
	"Fixed Text",
)
RESULT_CODE, RESULT_TEXT, IGNORED = "Result Code", "Result Text", "Ignored"
WRITTEN = (SERIAL, NAME, ID_NUMBER, ACCOUNT, BANK, AMOUNT, MONTH, LIST, DIVISION, SCHEME, FIXED_TEXT)
READ = (SERIAL, NAME, ID_NUMBER, ACCOUNT, BANK, AMOUNT, RESULT_CODE, RESULT_TEXT, IGNORED)

# What stands for figures in a first or last line.
COUNT_MARK, SUM_MARK, MONTH_MARK, LIST_MARK = "{count}", "{sum}", "{month}", "{list}"
MARKS = (COUNT_MARK, SUM_MARK, MONTH_MARK, LIST_MARK)

# What spreadsheets take for a formula at the head of a cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_FILE = 64 * 1024 * 1024
MOST_PROBLEMS = 50
YUAN_TEXT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
FEN_TEXT = re.compile(r"[0-9]{1,14}")


class LayoutError(ValueError):
	"""The layout cannot be used; the message says what to change in it."""


class FileRefused(ValueError):
	"""A file that cannot be written or read; ``problems`` are sentences with the number of the line."""

	def __init__(self, problems: Sequence[str]):
		self.problems = list(problems)
		super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Column:
	content: str
	heading: str = ""
	width: int = 0
	right: bool = False
	pad: str = " "
	text: str = ""


@dataclass(frozen=True)
class Layout:
	"""``columns`` are written, ``answer`` are read back; ``results`` says what the bank's codes mean."""

	columns: tuple[Column, ...]
	shape: str = DELIMITED
	delimiter: str = ","
	encoding: str = UTF8
	unit: str = YUAN
	headings: bool = False
	first_line: str = ""
	last_line: str = ""
	answer: tuple[Column, ...] = ()
	answer_headings: bool = False
	answer_first_line: str = ""
	answer_last_line: str = ""
	results: Mapping[str, str] = None

	def codec(self) -> str:
		return {UTF8: "utf-8", GB18030: "gb18030"}[self.encoding]


@dataclass(frozen=True)
class Head:
	"""What a file is about."""

	list_number: str
	month: date
	count: int
	total: Decimal


@dataclass(frozen=True)
class Answer:
	"""A line of the bank's return file; what its layout has no column for is None."""

	line: int
	serial: int | None
	account: str | None
	name: str | None
	amount: Decimal | None
	code: str
	result: str
	text: str


# --- the layout itself ------------------------------------------------------------------------------------------
def faults(layout: Layout) -> list[str]:
	"""What has to be changed before the layout can be used, in sentences."""
	said = []
	contents = [column.content for column in layout.columns]
	said += [
		f"发放文件缺少“{_NAMES[one]}”列。" for one in (SERIAL, NAME, ACCOUNT, AMOUNT) if one not in contents
	]
	if layout.answer:
		contents = [column.content for column in layout.answer]
		said += [
			f"回盘文件缺少“{_NAMES[one]}”列。" for one in (SERIAL, AMOUNT, RESULT_CODE) if one not in contents
		]
		if not layout.results:
			said.append("请登记银行回盘的结果代码及其含义。")
		elif "Paid" not in layout.results.values():
			said.append("结果代码中没有表示“发放成功”的代码。")
	for column in (*layout.columns, *layout.answer):
		if layout.shape == FIXED_WIDTH and column.width < 1:
			said.append(f"“{_NAMES[column.content]}”列没有宽度（字节）。")
		if len(column.pad.encode(layout.codec())) != 1:
			said.append(f"“{_NAMES[column.content]}”列的填充字符须为一个字节。")
	return said


_NAMES = {
	SERIAL: "序号",
	NAME: "户名",
	ID_NUMBER: "身份证号",
	ACCOUNT: "账号",
	BANK: "开户行",
	AMOUNT: "金额",
	MONTH: "月份",
	LIST: "清册编号",
	DIVISION: "村（社区）",
	SCHEME: "救助类别",
	FIXED_TEXT: "固定文字",
	RESULT_CODE: "结果代码",
	RESULT_TEXT: "结果说明",
	IGNORED: "不读取",
}


# --- writing ---------------------------------------------------------------------------------------------------------
def write(layout: Layout, head: Head, rows: Iterable[Mapping]) -> bytes:
	"""The file for the bank: one line for each row {content: value}. Raises FileRefused where something does not fit."""
	lines, problems, count, paid = [], [], 0, Decimal(0)
	for number, row in enumerate(rows, 1):
		try:
			lines.append(_line(layout, layout.columns, row))
		except ValueError as error:
			problems.append(f"第{row.get(SERIAL, number)}号：{error}")
		count += 1
		paid += money(row[AMOUNT])
	if (count, paid) != (head.count, money(head.total)):
		problems.append(f"明细{count}笔{paid:.2f}元，与清册{head.count}笔{money(head.total):.2f}元不符。")
	if problems:
		raise FileRefused(_some(problems))
	if layout.headings:
		named = {id(column): column.heading or _NAMES[column.content] for column in layout.columns}
		lines.insert(0, layout.delimiter.join(named.values()))
	if layout.first_line:
		lines.insert(0, _filled(layout.first_line, layout, head))
	if layout.last_line:
		lines.append(_filled(layout.last_line, layout, head))
	return "".join(f"{line}\r\n" for line in lines).encode(layout.codec())


def _line(layout: Layout, columns: Sequence[Column], row: Mapping) -> str:
	cells = [_cell(layout, column, _text(layout, column, row)) for column in columns]
	return (layout.delimiter if layout.shape == DELIMITED else "").join(cells)


def _text(layout: Layout, column: Column, row: Mapping) -> str:
	if column.content == FIXED_TEXT:
		return column.text
	value = row.get(column.content)
	if column.content == AMOUNT:
		return _amount(layout, value)
	if column.content == MONTH:
		return f"{value:%Y%m}"
	return "" if value is None else str(value)


def _amount(layout: Layout, value: Decimal) -> str:
	return f"{money(value):.2f}" if layout.unit == YUAN else str(int(money(value) * 100))


def _cell(layout: Layout, column: Column, text: str) -> str:
	if any(character in text for character in "\r\n\x00"):
		raise ValueError(f"“{_NAMES[column.content]}”中有换行，请更正。")
	size = len(text.encode(layout.codec()))
	if layout.shape == DELIMITED:
		if layout.delimiter in text or '"' in text:
			raise ValueError(f"“{_NAMES[column.content]}”中有分隔符或引号，请更正：{text}")
		if text.startswith(FORMULA):
			raise ValueError(f"“{_NAMES[column.content]}”以公式符号开头，请更正：{text}")
		return text
	if size > column.width:
		raise ValueError(f"“{_NAMES[column.content]}”超出{column.width}字节，请调整格式：{text}")
	filling = column.pad * (column.width - size)
	return filling + text if column.right else text + filling


def _filled(template: str, layout: Layout, head: Head) -> str:
	values = (str(head.count), _amount(layout, head.total), f"{head.month:%Y%m}", head.list_number)
	for mark, value in zip(MARKS, values, strict=True):
		template = template.replace(mark, value)
	return template


# --- reading ------------------------------------------------------------------------------------------------------
def read(layout: Layout, content: bytes, head: Head) -> list[Answer]:
	"""The lines of a return file. Raises FileRefused with what is wrong, by line; then nothing of it is used."""
	lines = _lines(layout, content)
	problems: list[str] = []
	first = 1
	told: list[Mapping[str, str]] = []
	if layout.answer_first_line:
		told.append(_marks(layout.answer_first_line, lines[0] if lines else "", "首行"))
		lines, first = lines[1:], 2
	if layout.answer_headings:
		lines, first = lines[1:], first + 1
	if layout.answer_last_line:
		told.append(_marks(layout.answer_last_line, lines[-1] if lines else "", "末行"))
		lines = lines[:-1]
	if not lines:
		raise FileRefused(["文件中没有明细。"])
	answers = []
	for number, line in enumerate(lines, first):
		try:
			answers.append(_answer(layout, line, number))
		except ValueError as error:
			problems.append(f"第{number}行：{error}")
	problems += _disagreements(layout, told, answers, head) if not problems else []
	if problems:
		raise FileRefused(_some(problems))
	return answers


def _lines(layout: Layout, content: bytes) -> list[str]:
	if not content.strip():
		raise FileRefused(["文件是空的。"])
	if len(content) > LONGEST_FILE:
		raise FileRefused([f"文件超过{LONGEST_FILE // 1024 // 1024}兆，不是回盘文件。"])
	if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
		raise FileRefused(["这是电子表格、压缩包或PDF，不是银行的文本回盘文件。"])
	try:
		text = content.removeprefix(b"\xef\xbb\xbf").decode(layout.codec())
	except UnicodeDecodeError as error:
		line = content.count(b"\n", 0, error.start) + 1
		raise FileRefused(
			[f"第{line}行：文件不是{layout.encoding}编码，请按格式设置的编码重新导出。"]
		) from error
	if "\x00" in text or "\ufffd" in text:
		raise FileRefused(["文件中有损坏的字符，请向银行重新索取。"])
	lines = text.replace("\r\n", "\n").split("\n")
	while lines and not lines[-1].strip():
		lines.pop()
	return lines


def _marks(template: str, line: str, place: str) -> Mapping[str, str]:
	"""The figures in a first or last line."""
	pattern = re.escape(template)
	for mark in MARKS:
		pattern = pattern.replace(re.escape(mark), f"(?P<{mark.strip('{}')}>.+?)", 1)
	found = re.fullmatch(pattern, line.strip())
	if not found:
		raise FileRefused(
			[f"{place}“{line[:60]}”与格式“{template}”不符，可能不是本格式的回盘文件或文件不完整。"]
		)
	return found.groupdict()


def _answer(layout: Layout, line: str, number: int) -> Answer:
	cells = _cells(layout, line)
	values = {column.content: cell for column, cell in zip(layout.answer, cells, strict=True)}
	code = values[RESULT_CODE]
	if code not in layout.results:
		raise ValueError(f"结果代码“{code[:20]}”没有登记含义，请在格式中补充。")
	serial = values[SERIAL]
	if not (serial.isascii() and serial.isdigit()):
		raise ValueError(f"序号“{serial[:20]}”不是数字。")
	return Answer(
		line=number,
		serial=int(serial),
		account=values.get(ACCOUNT),
		name=values.get(NAME),
		amount=_read_amount(layout, values[AMOUNT]),
		code=code,
		result=layout.results[code],
		text=values.get(RESULT_TEXT) or "",
	)


def _cells(layout: Layout, line: str) -> list[str]:
	if layout.shape == DELIMITED:
		cells = [cell.strip() for cell in line.split(layout.delimiter)]
		if len(cells) != len(layout.answer):
			raise ValueError(f"有{len(cells)}列，格式要求{len(layout.answer)}列。")
		return cells
	raw, wanted = line.encode(layout.codec()), sum(column.width for column in layout.answer)
	if len(raw) != wanted:
		raise ValueError(f"长{len(raw)}字节，格式要求{wanted}字节。")
	cells, at = [], 0
	for column in layout.answer:
		try:
			cell = raw[at : at + column.width].decode(layout.codec())
		except UnicodeDecodeError as error:
			raise ValueError(f"“{_NAMES[column.content]}”列的位置不对。") from error
		at += column.width
		# noughts that fill up a number on the right would be digits of it
		cells.append(_unpadded(cell, column))
	return cells


def _unpadded(cell: str, column: Column) -> str:
	filled = cell.lstrip(column.pad) if column.right else cell.rstrip(column.pad)
	if column.pad == "0":
		filled = filled if column.right else cell
		# the nought before the point is no filling
		filled = f"0{filled}" if not filled or filled.startswith(".") else filled
	return filled.strip()


def _read_amount(layout: Layout, text: str) -> Decimal:
	if layout.unit == FEN and FEN_TEXT.fullmatch(text):
		return Decimal(text) / 100
	if layout.unit == YUAN and YUAN_TEXT.fullmatch(text):
		return money(text)
	raise ValueError(
		f"金额“{text[:20]}”不是{'以元为单位、至多两位小数' if layout.unit == YUAN else '以分为单位'}的数字。"
	)


def _disagreements(
	layout: Layout, told: Sequence[Mapping], answers: Sequence[Answer], head: Head
) -> list[str]:
	"""What a file says of itself, against what is in it and what it should be about."""
	problems = []
	seen: dict[int, int] = {}
	for answer in answers:
		if answer.serial in seen:
			problems.append(f"第{answer.line}行：序号{answer.serial}与第{seen[answer.serial]}行重复。")
		seen.setdefault(answer.serial, answer.line)
	paid = sum((answer.amount for answer in answers), Decimal(0))
	for figures in told:
		if (count := figures.get("count")) and count.strip().lstrip("0") != str(len(answers)):
			problems.append(f"文件写明{count.strip()}笔，实有{len(answers)}笔。")
		if stated := figures.get("sum"):
			try:
				stated = _read_amount(layout, stated.strip())
			except ValueError as error:
				problems.append(str(error))
			else:
				if stated != paid:
					problems.append(f"文件写明{stated:.2f}元，明细合计{paid:.2f}元。")
		if (number := figures.get("list")) and number.strip() != head.list_number:
			problems.append(f"文件属于清册{number.strip()}，不是{head.list_number}。")
		if (month := figures.get("month")) and month.strip() != f"{head.month:%Y%m}":
			problems.append(f"文件属于{month.strip()}月，不是{head.month:%Y%m}。")
	return problems


def _some(problems: Sequence[str]) -> list[str]:
	rest = len(problems) - MOST_PROBLEMS
	return [*problems[:MOST_PROBLEMS], *([f"另有{rest}处。"] if rest > 0 else [])]
