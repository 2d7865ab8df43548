"""Workbooks of Excel and WPS, as text: one sheet, its values, nothing computed.

A cell with a formula shows what it came to when the file was last saved, perhaps from another file. Such a workbook is
refused with the first cells; so is one of several filled sheets where the source does not say which.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from socaid_app.comparison import headings
from socaid_app.comparison.fields import Field
from socaid_app.comparison.headings import UnreadableReply

# Excel's own limit of rows makes sheets of less than this.
MOST_BYTES = 4 * 1024**3
MOST_COLUMNS = 500
SHOWN = 10
CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*>\s*<f[ >/]')
BIFF_FORMULA = 0x0006


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
	"""All rows of the sheet as they are shown, the first of the file first. Raises UnreadableReply."""
	return ([_text(cell) for cell in row] for row in _rows(path, sheet))


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


def _rows(path: Path, sheet: str) -> Iterator[list]:
	"""The rows of the one sheet; where a formula is, or the file is damaged, nothing."""
	from python_calamine import CalamineWorkbook

	try:
		if cells := _modern_formulas(path) if _is_modern(path) else _old_formulas(path):
			raise _formulas(path, cells)
		book = CalamineWorkbook.from_path(str(path))
		filled = [name for name in book.sheet_names if book.get_sheet_by_name(name).height]
		yield from book.get_sheet_by_name(_one_sheet(path, filled, book.sheet_names, sheet)).iter_rows()
	except UnreadableReply:
		raise
	except Exception:  # the libraries have an error of their own for each part of the formats
		raise _damaged(path) from None


def _is_modern(path: Path) -> bool:
	with open(path, "rb") as file:
		return file.read(2) == b"PK"


# --- formulas -------------------------------------------------------------------------------------------------
def _modern_formulas(path: Path) -> list[str]:
	with zipfile.ZipFile(path) as archive:
		if "[Content_Types].xml" not in archive.namelist():
			raise UnreadableReply(f"文件“{path.name}”是压缩包，不是Excel文件。请解压后逐个上传。")
		if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
			raise UnreadableReply(f"文件“{path.name}”解压后过大，请改用CSV或Parquet。")
		return _formula_cells(archive)


def _formula_cells(archive: zipfile.ZipFile) -> list[str]:
	"""The first cells with a formula, read as a stream: a sheet may be larger than the memory."""
	found: list[str] = []
	for member in archive.namelist():
		if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", member):
			continue
		with archive.open(member) as file:
			rest = b""
			while piece := file.read(1 << 20):
				found += [cell.decode() for cell in CELL.findall(rest + piece)]
				rest = (rest + piece)[-512:]
				if len(found) > SHOWN:
					return list(dict.fromkeys(found))
	return list(dict.fromkeys(found))


def _old_formulas(path: Path) -> list[str]:
	"""Cells with a formula, by the records of the workbook's stream (BIFF)."""
	from xlrd.compdoc import CompDoc
	from xlrd.formula import colname

	document = CompDoc(path.read_bytes(), logfile=io.StringIO())
	stream = document.get_named_stream("Workbook") or document.get_named_stream("Book") or b""
	found, at = [], 0
	while at + 4 <= len(stream) and len(found) <= SHOWN:
		kind, length = struct.unpack_from("<HH", stream, at)
		if kind == BIFF_FORMULA and length >= 4:
			row, column = struct.unpack_from("<HH", stream, at + 4)
			found.append(f"{colname(column)}{row + 1}")
		at += 4 + length
	return found
