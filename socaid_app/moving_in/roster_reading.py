"""A roster as rows of text: Excel or CSV, in whichever encoding Chinese Excel wrote it.

The bytes say what a file is; a file that is damaged anywhere is refused wholly (comparison/). A cell with a formula is
read as one, whatever it came to when the file was last saved. Imports no frappe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from socaid_app.comparison import delimited, readers, workbooks
from socaid_app.comparison.headings import FIRST_ROWS, UnreadableReply
from socaid_app.moving_in import roster_columns
from socaid_app.policy import names

MOST_ROWS = 300_000
MOST_COLUMNS = 200


@dataclass(frozen=True)
class Record:
	"""A row of the file; ``row_no`` as the clerk sees it in Excel, ``beyond``: something stands right of the headings."""

	row_no: int
	cells: tuple[str, ...]
	beyond: bool = False


@dataclass(frozen=True)
class Sheet:
	"""``above``: the rows before the headings, kept so that a copy has the same numbers of rows."""

	above: tuple[tuple[str, ...], ...]
	headings: tuple[str, ...]
	records: tuple[Record, ...]

	@property
	def heading_row(self) -> int:
		return len(self.above) + 1


def read(path: Path | str, remembered: Mapping[str, str] | None = None, sheet: str = "") -> Sheet:
	"""Raises UnreadableReply with a sentence that says what to do."""
	path = Path(path)
	with TemporaryDirectory(prefix="socaid-") as folder:
		try:
			return _sheet(_rows(path, Path(folder), sheet), remembered)
		except csv.Error:
			raise UnreadableReply(f"文件“{path.name}”中有引号没有配对。{delimited.WAY_OUT}") from None
		except OSError as error:
			raise UnreadableReply(f"无法读取文件“{path.name}”：{error.strerror or error}。") from None


def _rows(path: Path, folder: Path, sheet: str) -> Iterator[list[str]]:
	first = readers.first_bytes(path)
	if first.startswith(readers.PARQUET):
		raise UnreadableReply("名册请用Excel或CSV文件。")
	if first.startswith((readers.ZIP, readers.OLE)):
		return workbooks.texts(path, sheet)
	return _delimited(delimited.as_utf8(path, folder).path)


def _delimited(path: Path) -> Iterator[list[str]]:
	with open(path, encoding="utf-8-sig", newline="") as file:
		delimiter = _delimiter(file.read(delimited.HEAD))
	with open(path, encoding="utf-8-sig", newline="") as file:
		yield from csv.reader(file, delimiter=delimiter, strict=True)


def _delimiter(head: str) -> str:
	"""Of those that may be meant, the one that makes most columns of the first rows."""

	def columns(delimiter: str) -> int:
		return sum(len(row) for row in islice(csv.reader(io.StringIO(head), delimiter=delimiter), FIRST_ROWS))

	return max(delimited.DELIMITERS, key=columns)


def _sheet(rows: Iterator[list[str]], remembered: Mapping[str, str] | None) -> Sheet:
	first = list(islice(rows, FIRST_ROWS))
	if not any(cell.strip() for row in first for cell in row):
		raise UnreadableReply("文件是空的，或前20行没有内容。")
	at = roster_columns.heading_row(first, remembered)
	heads = list(first[at])
	while heads and not heads[-1].strip():
		heads.pop()
	if len(heads) > MOST_COLUMNS:
		raise UnreadableReply(f"表头有{len(heads)}列，最多{MOST_COLUMNS}列。")
	records = []
	for row_no, row in enumerate((*first[at + 1 :], *rows), at + 2):
		if record := _record(row_no, row, len(heads)):
			records.append(record)
			if len(records) > MOST_ROWS:
				raise UnreadableReply(f"名册最多{MOST_ROWS:,}行，请按乡镇分开导入。")
	return Sheet(
		tuple(tuple(row) for row in first[:at]),
		tuple(names.legible(heading) for heading in heads),
		tuple(records),
	)


def _record(row_no: int, row: list[str], width: int) -> Record | None:
	"""None for a row of nothing, and for a line of sums."""
	filled = [cell for cell in row if cell.strip()]
	if not filled or "".join(filled[0].split()) in roster_columns.SUMS:
		return None
	cells = tuple(row[:width]) + ("",) * (width - len(row))
	return Record(row_no, cells, any(cell.strip() for cell in row[width:]))
