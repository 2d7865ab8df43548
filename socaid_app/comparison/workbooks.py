"""Workbooks of Excel and WPS, as text: one sheet, its values, nothing computed.

A cell with a formula shows what it came to when the file was last saved, perhaps from another file: nobody relies on
that. A reply of another body is refused with the first such cells; where people mend a list row by row, the cell reads
FORMULA and stops its row. A workbook of several filled sheets is refused where the source does not say which.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

from socaid_app.comparison import headings
from socaid_app.comparison.fields import Field
from socaid_app.comparison.headings import UnreadableReply

# Excel's own limit of rows makes sheets of less than this.
MOST_BYTES = 4 * 1024**3
MOST_COLUMNS = 500
SHOWN = 10
CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*<f[ >/]')
BIFF_FORMULA, BIFF_SHEET = 0x0006, 0x0085
# What a cell with a formula reads, beginning as no value does.
FORMULA = "=公式"


def as_text(path: Path, wanted: Sequence[Field], sheet: str, folder: Path) -> tuple[Path, list[str]]:
	"""The sheet as a file of text, from its headings on, and what is to be said. Raises UnreadableReply."""
	rows = _rows(path, sheet)
	target = folder / "sheet.csv"
	notes: list[str] = []
	with open(target, "w", encoding="utf-8", newline="") as file:
		writer = csv.writer(file)
		first, width = [], 0
		for row in rows:
			if not width:
				first.append([_text(cell) for cell in row])
				number = headings.row_of(first, wanted)
				if number is None and len(first) >= headings.FIRST_ROWS:
					break
				if number is None:
					continue
				heads = _trimmed(first[number])
				width = len(heads)
				writer.writerow(heads)
				continue
			cells = [_text(cell) for cell in row]
			if any(cells[width:]):
				notes = ["表头以外的列中有内容，未读取"]
			if any(cells[:width]):
				writer.writerow((cells + [""] * width)[:width])
			else:
				# a row of nothing keeps its number
				writer.writerow([" "] + [""] * (width - 1))
	if not width:
		raise headings.lacking(first, wanted)
	if width > MOST_COLUMNS:
		raise UnreadableReply(f"表头有{width}列，最多{MOST_COLUMNS}列。")
	return target, notes


def texts(path: Path, sheet: str = "") -> Iterator[list[str]]:
	"""All rows of the sheet as they are shown, the first of the file first; a cell with a formula reads FORMULA.

	Raises UnreadableReply.
	"""
	with _said_in_words(path):
		book = _book(path)
		name = _chosen(path, book, sheet)
		page = book.get_sheet_by_name(name)
		formulas = _by_row(_formulas_of(path, name, book.sheet_names))
		rows, first = page.iter_rows(), (page.start or (0, 0))[1]
		# a formula that came to nothing lies outside of what is filled
		left = min([first, *(column for columns in formulas.values() for column in columns)])
		last = page.end[0] if page.end else -1
		for number in range(max([last, *formulas]) + 1):
			cells = [""] * (first - left) + [_text(cell) for cell in next(rows, ())]
			for column in formulas.get(number, ()):
				cells += [""] * (column - left + 1 - len(cells))
				cells[column - left] = FORMULA
			yield cells


def _trimmed(cells: list[str]) -> list[str]:
	while cells and not cells[-1].strip():
		cells = cells[:-1]
	return cells


def _text(cell: object) -> str:
	"""A cell as it is shown; a number has the fifteen digits a spreadsheet keeps."""
	match cell:
		case None:
			return ""
		case bool():
			return "是" if cell else "否"
		case float():
			return f"{cell:.15g}"
		case datetime():
			return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
		case date() | time() | timedelta():
			return str(cell)
	return str(cell)


def _one_sheet(path: Path, filled: list[str], all_names: list[str], sheet: str) -> str:
	if sheet:
		if sheet not in all_names:
			raise UnreadableReply(f"文件“{path.name}”没有工作表“{sheet}”，只有：{'、'.join(all_names)}。")
		return sheet
	if len(filled) > 1:
		raise UnreadableReply(
			f"文件“{path.name}”有{len(filled)}个有内容的工作表：{'、'.join(filled)}。请只留一个，或在来源设置中写明工作表。"
		)
	if not filled:
		raise UnreadableReply(f"文件“{path.name}”的工作表都是空的。")
	return filled[0]


def _damaged(path: Path) -> UnreadableReply:
	return UnreadableReply(
		f"文件“{path.name}”已损坏、不完整或带有打开密码。请用Excel或WPS打开确认后另存为xlsx。"
	)


def _formulas(path: Path, cells: list[str]) -> UnreadableReply:
	more = "等" if len(cells) > SHOWN else ""
	return UnreadableReply(
		f"文件“{path.name}”含有公式（单元格{'、'.join(cells[:SHOWN])}{more}）。请复制后“选择性粘贴—数值”，另存后重新上传。"
	)


@contextmanager
def _said_in_words(path: Path) -> Iterator[None]:
	try:
		yield
	except UnreadableReply:
		raise
	except Exception:  # the libraries have an error of their own for each part of the formats
		raise _damaged(path) from None


def _book(path: Path):
	from python_calamine import CalamineWorkbook

	if _is_modern(path):
		_require_workbook(path)
	return CalamineWorkbook.from_path(str(path))


def _chosen(path: Path, book, sheet: str) -> str:
	filled = [name for name in book.sheet_names if book.get_sheet_by_name(name).height]
	return _one_sheet(path, filled, book.sheet_names, sheet)


def _rows(path: Path, sheet: str) -> Iterator[list]:
	"""The rows of the one sheet; where a formula is, or the file is damaged, nothing."""
	with _said_in_words(path):
		if _is_modern(path):
			_require_workbook(path)
		if cells := list(islice(_all_formulas(path), SHOWN + 1)):
			raise _formulas(path, cells)
		book = _book(path)
		yield from book.get_sheet_by_name(_chosen(path, book, sheet)).iter_rows()


def _is_modern(path: Path) -> bool:
	with open(path, "rb") as file:
		return file.read(2) == b"PK"


def _require_workbook(path: Path) -> None:
	with zipfile.ZipFile(path) as archive:
		if "[Content_Types].xml" not in archive.namelist():
			raise UnreadableReply(f"文件“{path.name}”是压缩包，不是Excel文件。请解压后逐个上传。")
		if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
			raise UnreadableReply(f"文件“{path.name}”解压后过大，请改用CSV或Parquet。")


# --- formulas -------------------------------------------------------------------------------------------------
def _all_formulas(path: Path) -> Iterator[str]:
	"""The cells with a formula in any sheet, each named once."""
	if not _is_modern(path):
		yield from _old_formulas(_stream(path))
		return
	with zipfile.ZipFile(path) as archive:
		for member in archive.namelist():
			if re.fullmatch(r"xl/worksheets/[^/]+\.xml", member):
				yield from _modern_formulas(archive, member)


def _formulas_of(path: Path, sheet: str, sheets: list[str]) -> Iterator[str]:
	"""The cells with a formula in one sheet."""
	if _is_modern(path):
		with zipfile.ZipFile(path) as archive:
			yield from _modern_formulas(archive, _member_of(archive, sheet))
		return
	stream = _stream(path)
	begins = [struct.unpack_from("<I", stream, at)[0] for at in _records(stream, BIFF_SHEET)]
	if len(begins) != len(sheets):
		raise LookupError(sheet)
	begin = begins[sheets.index(sheet)]
	end = min([len(stream), *(other for other in begins if other > begin)])
	yield from _old_formulas(stream, begin, end)


def _by_row(cells: Iterable[str]) -> dict[int, list[int]]:
	"""Row → columns, both from 0, of cells called as Excel calls them."""
	found: dict[int, list[int]] = {}
	for cell in cells:
		letters, row = re.fullmatch(r"([A-Z]+)([0-9]+)", cell).groups()
		column = 0
		for letter in letters:
			column = 26 * column + ord(letter) - ord("A") + 1
		found.setdefault(int(row) - 1, []).append(column - 1)
	return found


def _member_of(archive: zipfile.ZipFile, sheet: str) -> str:
	"""The part of the file that holds a sheet."""
	book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
	links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
	targets = {link.get("Id"): link.get("Target") for link in links}
	one = next(each for each in book.findall(".//{*}sheet") if each.get("name") == sheet)
	key = next(value for name, value in one.attrib.items() if name.endswith("}id"))
	return str(PurePosixPath("/xl", targets[key])).removeprefix("/")


def _modern_formulas(archive: zipfile.ZipFile, member: str) -> Iterator[str]:
	"""Read as a stream: a sheet may be larger than the memory."""
	with archive.open(member) as file:
		rest, known = b"", set()
		while piece := file.read(1 << 20):
			cells = {cell.decode(): None for cell in CELL.findall(rest + piece)}
			yield from (cell for cell in cells if cell not in known)
			# what lies over the edge of two pieces is met in both
			known = set(cells)
			rest = (rest + piece)[-512:]


def _stream(path: Path) -> bytes:
	"""The records of a workbook of the older kind (BIFF)."""
	from xlrd.compdoc import CompDoc

	document = CompDoc(path.read_bytes(), logfile=io.StringIO())
	return document.get_named_stream("Workbook") or document.get_named_stream("Book") or b""


def _records(stream: bytes, wanted: int, begin: int = 0, end: int | None = None) -> Iterator[int]:
	"""Where the contents of the records of a kind begin."""
	at, end = begin, len(stream) if end is None else end
	while at + 4 <= end:
		kind, length = struct.unpack_from("<HH", stream, at)
		if kind == wanted and length >= 4:
			yield at + 4
		at += 4 + length


def _old_formulas(stream: bytes, begin: int = 0, end: int | None = None) -> Iterator[str]:
	from xlrd.formula import colname

	for at in _records(stream, BIFF_FORMULA, begin, end):
		row, column = struct.unpack_from("<HH", stream, at)
		yield f"{colname(column)}{row + 1}"
