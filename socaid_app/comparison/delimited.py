"""Text files of rows and columns: their encoding, their headings, and where they are broken.

``policy/texts.py`` reads a small file at once; this one reads files of gigabytes piece by piece by the same rules.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from socaid_app.comparison import headings
from socaid_app.comparison.fields import Field
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.policy import texts

PIECE = 4 * 1024 * 1024
# So much is looked at while it is in the processor's memory.
BITE = 128 * 1024
DELIMITERS = (",", "\t", ";", "|")
HEAD = 256 * 1024
MOST_COLUMNS = 500
# Places of a report; more of them help nobody.
SHOWN = 20
# The first byte of characters at the private places of old systems, in UTF-8.
PRIVATE = b"\xee"
# A text of UTF-16 has an empty byte for each digit and comma; one in this many bytes at least.
MOST_EMPTY = 10
OLD_PLACES = re.compile("[\ue000-\uf8ff]")
WAY_OUT = "请用Excel或WPS打开，另存为“CSV UTF-8”后重新上传。"
ERRORS = {
	"MISSING COLUMNS": "列数不足",
	"TOO MANY COLUMNS": "列数过多",
	"UNQUOTED VALUE": "引号没有配对",
	"LINE SIZE OVER MAXIMUM": "一行过长",
	"INVALID ENCODING": "有无法识别的字节",
}


@dataclass
class Plain:
	"""A file in UTF-8 without anything that is no text."""

	path: Path
	notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
	"""``skip`` lines stand before the data."""

	delimiter: str
	names: list[str]
	skip: int


# --- encoding -------------------------------------------------------------------------------------------------
def as_utf8(path: Path, folder: Path) -> Plain:
	"""The file itself where it is sound UTF-8, else a copy in UTF-8. Raises UnreadableReply with the place."""
	with open(path, "rb") as file:
		start = file.read(PIECE)
	marked = next((name for mark, name in texts.BYTE_ORDER_MARKS if start.startswith(mark)), "")
	if marked == "utf-16" or start[:4096].count(0) * MOST_EMPTY > len(start[:4096]):
		return _copied(path, folder, marked or _wide(start))
	try:
		private, ends = _checked(path)
	except UnicodeDecodeError as error:
		if marked or _has_chinese(path, error.start):
			raise _broken(path, error.start, "UTF-8") from None
		return _copied(path, folder, "gb18030")
	if private:
		return _copied(path, folder, "utf-8-sig")
	return Plain(path, [] if ends else ["文件末尾没有换行，请核对最后一行是否完整"])


def _wide(start: bytes) -> str:
	return "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"


def _pieces(path: Path, size: int = PIECE) -> Iterator[bytes]:
	with open(path, "rb") as file:
		while piece := file.read(size):
			yield piece


def _checked(path: Path) -> tuple[bool, bool]:
	"""Whether sound UTF-8 has characters of old systems, and whether the last line ends.

	Errors carry the place in the file.
	"""
	decoder = codecs.getincrementaldecoder("utf-8")()
	passed, private, last = 0, False, b"\n"
	for piece in _pieces(path, BITE):
		for mark in (b"\0", b"\xef\xbf\xbd"):
			if (at := piece.find(mark)) >= 0:
				raise _not_text(path, passed + at)
		_decoded(decoder, piece, passed - len(decoder.getstate()[0]))
		private = private or PRIVATE in piece
		passed, last = passed + len(piece), piece[-1:]
	_decoded(decoder, b"", passed - len(decoder.getstate()[0]), final=True)
	return private, last in (b"\n", b"\r")


def _decoded(decoder, piece: bytes, offset: int, final: bool = False) -> str:
	try:
		return decoder.decode(piece, final)
	except UnicodeDecodeError as error:
		raise UnicodeDecodeError(
			error.encoding, b"", offset + error.start, offset + error.end, error.reason
		) from None


def _has_chinese(path: Path, until: int) -> bool:
	"""Whether what came before the damage reads as Chinese in UTF-8: then it is UTF-8, and damaged."""
	with open(path, "rb") as file:
		before = file.read(min(until, PIECE))
	return any(0x2E80 <= ord(letter) < 0xD7A4 for letter in before.decode("utf-8", "ignore"))


def _copied(path: Path, folder: Path, encoding: str) -> Plain:
	target = folder / "utf8.csv"
	decoder = codecs.getincrementaldecoder(encoding)()
	passed = 0
	with open(target, "w", encoding="utf-8", newline="") as file:
		try:
			for piece in chain(_pieces(path), (b"",)):
				text = _decoded(decoder, piece, passed - len(decoder.getstate()[0]), final=not piece)
				if "\0" in text or texts.REPLACEMENT in text:
					raise _not_text(path, passed)
				file.write(texts.canonical(text) if OLD_PLACES.search(text) else text)
				passed += len(piece)
		except UnicodeDecodeError as error:
			raise _broken(path, max(error.start, 0), encoding.upper()) from None
	return Plain(target, [f"文件为{encoding.upper()}编码，已转换"])


def _place(path: Path, offset: int) -> str:
	"""Row and column of a byte, as somebody sees them who opens the file."""
	lines, line = 1, b""
	passed = 0
	for piece in _pieces(path):
		piece = piece[: offset - passed]
		lines += piece.count(b"\n")
		line = piece.rpartition(b"\n")[2] if b"\n" in piece else line + piece
		passed += len(piece)
		if passed >= offset:
			break
	delimiter = max(DELIMITERS, key=lambda each: line.count(each.encode()))
	return f"第{lines}行第{line.count(delimiter.encode()) + 1}列"


def _broken(path: Path, offset: int, encoding: str) -> UnreadableReply:
	if offset >= path.stat().st_size - 4:
		return UnreadableReply(f"文件“{path.name}”在末尾中断，最后一个字不完整：请重新传送完整的文件。")
	return UnreadableReply(
		f"文件“{path.name}”{_place(path, offset)}有不属于{encoding}编码的字节，文件可能已损坏。{WAY_OUT}"
	)


def _not_text(path: Path, offset: int) -> UnreadableReply:
	return UnreadableReply(
		f"文件“{path.name}”{_place(path, offset)}有不是文字的内容，文件可能已损坏。{WAY_OUT}"
	)


# --- headings -------------------------------------------------------------------------------------------------
def layout_of(path: Path, wanted: Sequence[Field]) -> Layout:
	"""What separates the columns, and where the headings stand: in the row that has all of them."""
	with open(path, encoding="utf-8-sig", newline="") as file:
		head = file.read(HEAD)
	best: list[list[str]] = []
	for delimiter in DELIMITERS:
		rows, lines = _first_rows(head, delimiter)
		number = headings.row_of(rows, wanted)
		if number is not None and len(rows[number]) <= MOST_COLUMNS:
			return Layout(delimiter, [cell.strip() for cell in rows[number]], lines[number])
		if sum(map(len, rows)) > sum(map(len, best)):
			best = rows
	raise headings.lacking(best, wanted)


def _first_rows(head: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
	"""The first rows, and how many lines have passed after each."""
	reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
	rows, lines = [], []
	try:
		for row in reader:
			rows.append(row)
			lines.append(reader.line_num)
			if len(rows) >= headings.FIRST_ROWS:
				break
	except csv.Error:
		pass
	return rows, lines


# --- broken rows ----------------------------------------------------------------------------------------------
def rejected(connection, scan: str) -> list[str]:
	"""Where the rows of a file are broken, the first of them."""
	lenient = scan.replace("strict_mode=true", "ignore_errors=true, store_rejects=true, strict_mode=true")
	try:
		connection.execute(f"select count(columns(*)) from {lenient}").fetchall()
		found = connection.execute(
			"""select line, min(column_idx), arg_min(error_type, column_idx), arg_min(error_message, column_idx)
			from reject_errors group by line order by line"""
		).fetchall()
	except Exception:  # the database gave up before it could say where
		return ["文件的换行或引号不合规范。" + WAY_OUT]
	finally:
		connection.execute("drop table if exists reject_errors; drop table if exists reject_scans")
	said = [
		f"第{line}行第{at}列：{ERRORS.get(kind, '无法读取')}（{_counts(message)}）"
		if _counts(message)
		else f"第{line}行第{at}列：{ERRORS.get(kind, '无法读取')}"
		for line, at, kind, message in found[:SHOWN]
	]
	return said + ([f"另有{len(found) - SHOWN}行有错误。"] if len(found) > SHOWN else [])


def _counts(message: str) -> str:
	"""``Expected Number of Columns: 3 Found: 2`` in Chinese."""
	words = message.split()
	if message.startswith("Expected Number of Columns"):
		return f"应为{words[4]}列，现为{words[6]}列"
	return ""
