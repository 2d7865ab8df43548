"""A reply opened as a table of text, whatever it came as: CSV, Excel or Parquet – wholly, or not at all.

What kind a file is, its bytes say. The table is a FROM clause of DuckDB with ``row_no`` (1 for the first row of data)
and a text column for each field of the layout. A file is read once and wholly, by all threads, into a table that keeps
its order: the place there is the number of the row. Of the rows that nobody keeps there is only their place, so that the
table of a file of gigabytes is small; what does not fit into the memory of the connection goes to its folder. A file that
is damaged anywhere is refused with the places; nothing of it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from socaid_app.comparison import delimited, headings, workbooks
from socaid_app.comparison.fields import Field
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.comparison.kinds import column, literal

MOST_ROWS = 10_000_000
PARQUET, ZIP, OLE = b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = {
	b"%PDF-": "PDF",
	b"Rar!": "RAR压缩包",
	b"7z\xbc\xaf": "7z压缩包",
	b"\x1f\x8b": "GZ压缩包",
	b"{\\rtf": "RTF文档",
}
PATTERN = frozenset("*?[]{}")
FRACTIONS = ("DOUBLE", "FLOAT")
DAMAGED = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException)


@dataclass(frozen=True)
class Kept:
	"""Which rows are kept: those for which ``condition`` is true, SQL over the fields and the columns of ``computed``."""

	condition: str = "true"
	computed: str = ""


@dataclass
class Table:
	"""``scan`` goes behind FROM: the rows that are kept; ``rows`` is how many there are in the file. ``headings`` says
	which heading each field was found under, None where it has none.
	"""

	scan: str
	headings: dict[str, str | None]
	rows: int
	notes: list[str] = field(default_factory=list)


@contextmanager
def opened(
	connection, path: Path | str, wanted: Sequence[Field], sheet: str = "", kept: Kept = Kept()
) -> Iterator[Table]:
	"""The file as a table while the block lasts. Raises UnreadableReply."""
	path = Path(path)
	with TemporaryDirectory(prefix="socaid-") as folder:
		try:
			head = first_bytes(path)
			if set(str(path.absolute())) & PATTERN:
				# to the database such a name stands for many files
				link = Path(folder) / "reply"
				link.symlink_to(path.absolute())
				path = link
			if head.startswith(PARQUET):
				yield _parquet(connection, path, wanted, kept)
			elif head.startswith((ZIP, OLE)):
				plain, notes = workbooks.as_text(path, wanted, sheet, Path(folder))
				yield _delimited(connection, plain, wanted, Path(folder), kept, notes)
			else:
				yield _delimited(connection, path, wanted, Path(folder), kept, [])
		except OSError as error:
			raise UnreadableReply(f"无法读取文件“{path.name}”：{error.strerror or error}。") from None
		finally:
			connection.execute("drop table if exists file_text")


def first_bytes(path: Path) -> bytes:
	"""By which a file tells what it is. Raises UnreadableReply for what is no table at all."""
	with open(path, "rb") as file:
		head = file.read(64)
	if not head:
		raise UnreadableReply(f"文件“{path.name}”是空的。")
	for mark, what in OTHERS.items():
		if head.startswith(mark):
			raise UnreadableReply(f"文件“{path.name}”是{what}。请提供CSV、Excel或Parquet文件。")
	return head


def _delimited(
	connection, path: Path, wanted: Sequence[Field], folder: Path, kept: Kept, notes: list[str]
) -> Table:
	plain = delimited.as_utf8(path, folder)
	layout = delimited.layout_of(plain.path, wanted)
	found = headings.places(layout.names, wanted)
	columns = "{" + ", ".join(f"{literal(f'c{at}')}: 'varchar'" for at in range(len(layout.names))) + "}"
	scan = f"""read_csv({literal(str(plain.path))}, auto_detect=false, header=false, skip={layout.skip},
		delim={literal(layout.delimiter)}, quote='"', escape='"', strict_mode=true, max_line_size=1000000,
		columns={columns})"""
	picked = {name: f"c{at}" if at is not None else None for name, at in found.items()}
	try:
		rows = _read(connection, scan, picked, kept)
	except DAMAGED:
		said = "\n".join(delimited.rejected(connection, scan))
		raise UnreadableReply(f"文件有错误，没有使用其中任何数据。\n{said}") from None
	return Table(
		_numbered(found),
		{name: None if at is None else layout.names[at] for name, at in found.items()},
		rows,
		[*notes, *plain.notes, *headings.unused(layout.names, found)],
	)


def _read(connection, scan: str, picked: dict[str, str | None], kept: Kept) -> int:
	"""How many rows there are in the file. Each has its place in ``file_text`` now, those that are kept with their cells;
	``picked`` is each field's own column, a field the file lacks is missing everywhere.
	"""
	columns = ", ".join(
		f"{value or 'cast(null as varchar)'} as {column(name)}" for name, value in picked.items()
	)
	computed = f"*, {kept.computed}" if kept.computed else "*"
	cells = ", ".join(map(column, picked))
	connection.execute(f"""
		create or replace temp table file_text as
		select case when {kept.condition} then [{cells}] end as cells
		from (select {computed} from (select {columns} from {scan}))
	""")
	return connection.execute("select count(*) from file_text").fetchone()[0]


def _numbered(names: Iterable[str]) -> str:
	"""The rows that were kept, with the number of each."""
	columns = ", ".join(f"cells[{at}] as {column(name)}" for at, name in enumerate(names, 1))
	return f"(select rowid + 1 as row_no, {columns} from file_text where cells is not null)"


def _parquet(connection, path: Path, wanted: Sequence[Field], kept: Kept) -> Table:
	scan = f"read_parquet({literal(str(path))})"
	try:
		described = connection.execute(f"describe select * from {scan}").fetchall()
	except duckdb.Error as error:
		raise _damaged_parquet(path, error) from None
	names, types = [row[0] for row in described], {row[0]: row[1] for row in described}
	found = headings.places(names, wanted)
	picked = {}
	for name, at in found.items():
		if at is None:
			picked[name] = None
			continue
		if any(mark in types[names[at]] for mark in ("[", "STRUCT", "MAP", "BLOB", "UNION")):
			raise UnreadableReply(f"Parquet文件的列“{names[at]}”不是单个的值，无法读取。")
		value = column(names[at])
		if types[names[at]] in FRACTIONS:
			# as many digits as a spreadsheet keeps; a number that has more shows itself by its point
			value = f"regexp_replace(cast(try_cast({value} as decimal(38, 6)) as varchar), '(\\.[0-9]*?)0+$', '\\1')"
		picked[name] = f"cast({value} as varchar)"
	try:
		rows = _read(connection, scan, picked, kept)
	except duckdb.Error as error:
		raise _damaged_parquet(path, error) from None
	return Table(
		_numbered(found),
		{name: None if at is None else names[at] for name, at in found.items()},
		rows,
		headings.unused(names, found),
	)


def _damaged_parquet(path: Path, error: duckdb.Error) -> UnreadableReply:
	said = str(error).splitlines()[0][:200]
	return UnreadableReply(f"Parquet文件“{path.name}”已损坏或不完整：{said}")
