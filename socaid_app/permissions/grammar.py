"""What a list may be asked for: the few forms of a field, an order and a grouping, told apart character by character.

Frappe puts these texts into its SQL as they are sent and looks for what is forbidden; here only what is known passes.
Imports no frappe. A text that does not fit raises :class:`NotInGrammar`; whether its columns exist, and are the
asker's to read, is :mod:`socaid_app.permissions.fence`'s to say.

    column     name   `name`   `tabDocType`.`name`   link.name   *
    aggregate  count(…) sum(…) avg(…) min(…) max(…), with or without distinct, of one column
    field      a column, an aggregate, ifnull(column, constant), the rank of a search; optionally "as name"
    order      a column, a name given by "as", an aggregate or ifnull(…); asc or desc; several with commas
    group      a column or a name given by "as"; several with commas
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

AGGREGATES = frozenset({"count", "sum", "avg", "min", "max"})
DEFAULTS = frozenset({"ifnull", "coalesce"})
TIMES = frozenset({"date", "unix_timestamp"})
DIRECTIONS = frozenset({"asc", "desc"})
# Longer than any field or order of a real list, short enough to be read at once.
LONGEST = 4000

TOKEN = re.compile(
	r"""\s*(?:
		(?P<quoted>`[^`\\\x00-\x1f]{1,140}`)
		| (?P<word>[A-Za-z_㐀-䶿一-鿿][A-Za-z0-9_㐀-䶿一-鿿]*)
		| (?P<text>'(?:[^'\\]|\\.|'')*')
		| (?P<number>-?[0-9]{1,12}(?:\.[0-9]{1,6})?)
		| (?P<sign>[().,*/])
	)""",
	re.VERBOSE | re.DOTALL,
)
# Frappe names a field that a county adds after its label, in Chinese as it is.
PLAIN = re.compile(r"[A-Za-z_㐀-䶿一-鿿][A-Za-z0-9_㐀-䶿一-鿿]*")
# DocType names hold blanks and hyphens.
TABLE = re.compile(r"tab[A-Za-z_㐀-䶿一-鿿][A-Za-z0-9_㐀-䶿一-鿿 \-]*|__[A-Za-z]+")
ALIAS = re.compile(r"[\w][\w \-:.]*")


class NotInGrammar(ValueError):
	"""The text is no field, order or grouping of a list."""


class Column(NamedTuple):
	"""A column as it was asked for; ``table`` is None, a table (``tabRecipient``) or a link field of the list."""

	table: str | None
	name: str


class Field(NamedTuple):
	columns: tuple[Column, ...]
	alias: str | None


@lru_cache(maxsize=4096)
def parse_field(text: str) -> Field:
	"""One entry of ``fields``."""
	reader = _Reader(text)
	columns = reader.field()
	alias = reader.alias()
	reader.end()
	return Field(tuple(columns), alias)


@lru_cache(maxsize=1024)
def parse_order(text: str) -> tuple[Column, ...]:
	"""The columns and names of ``order_by``."""
	return tuple(column for part in _parts(text, _Reader.ordered) for column in part)


@lru_cache(maxsize=1024)
def parse_group(text: str) -> tuple[Column, ...]:
	"""The columns and names of ``group_by``."""
	return tuple(column for part in _parts(text, _Reader.grouped) for column in part)


@lru_cache(maxsize=1024)
def parse_filtered(text: str) -> Column:
	"""What a filter compares: the name of a column, or ``ifnull(name, constant)``."""
	reader = _Reader(text)
	column = reader.default() if reader.next_is_function(DEFAULTS) else reader.column()
	reader.end()
	if column.name == "*":
		raise NotInGrammar(text)
	return column


def is_name(text) -> bool:
	"""Whether ``text`` is nothing but the name of a column."""
	return isinstance(text, str) and bool(PLAIN.fullmatch(text)) and len(text) <= 140


def _parts(text: str, read) -> list:
	reader = _Reader(text)
	parts = [read(reader)]
	while reader.take(","):
		parts.append(read(reader))
	reader.end()
	return parts


class _Reader:
	"""Reads one text from left to right; what it does not know it refuses."""

	def __init__(self, text: str):
		if not isinstance(text, str) or len(text) > LONGEST:
			raise NotInGrammar("")
		self.text = text
		self.tokens: list[tuple[str, str]] = []
		at, end = 0, len(text.rstrip())
		while at < end:
			found = TOKEN.match(text, at)
			if not found:
				raise NotInGrammar(text)
			self.tokens.append((found.lastgroup, found.group(found.lastgroup)))
			at = found.end()
		self.at = 0

	def refuse(self):
		raise NotInGrammar(self.text)

	def look(self, ahead: int = 0) -> tuple[str, str]:
		return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ("", "")

	def take(self, value: str) -> bool:
		kind, token = self.look()
		if kind in ("sign", "word") and token.lower() == value:
			self.at += 1
			return True
		return False

	def need(self, value: str) -> None:
		if not self.take(value):
			self.refuse()

	def end(self) -> None:
		if self.at != len(self.tokens):
			self.refuse()

	def next_is_function(self, names) -> bool:
		kind, token = self.look()
		return kind == "word" and token.lower() in names and self.look(1) == ("sign", "(")

	# --- forms -----------------------------------------------------------------------------------------------
	def field(self) -> list[Column]:
		if self.next_is_function(AGGREGATES):
			return self.aggregate()
		if self.next_is_function(DEFAULTS):
			return [self.default()]
		if self.next_is_function(TIMES):
			return [self.timed()]
		if self.look() == ("sign", "("):
			return [self.rank()]
		if self.look()[0] in ("text", "number"):
			# a constant, as Frappe's own lists show the kind of a row
			self.at += 1
			return []
		return [self.column()]

	def ordered(self) -> list[Column]:
		if self.look()[0] in ("text", "number"):
			self.refuse()
		columns = self.field()
		if self.look()[1].lower() in DIRECTIONS:
			self.at += 1
		return columns

	def column(self) -> Column:
		if self.take("*"):
			return Column(None, "*")
		first = self.identifier()
		if not self.take("."):
			return Column(None, self._plain(first))
		if self.take("*"):
			return Column(self._table(first), "*")
		return Column(self._table(first), self._plain(self.identifier()))

	def aggregate(self) -> list[Column]:
		"""``count(distinct column)``, ``count(1)``."""
		self.at += 2
		self.take("distinct")
		if self.look()[0] == "number":
			self.at += 1
			columns = []
		else:
			columns = [self.column()]
		self.need(")")
		return columns

	def timed(self) -> Column:
		"""``date(column)``."""
		self.at += 2
		column = self.column()
		self.need(")")
		return column

	def grouped(self) -> list[Column]:
		return [self.timed() if self.next_is_function(TIMES) else self.column()]

	def default(self) -> Column:
		"""``ifnull(column, constant)``."""
		self.at += 2
		column = self.column()
		self.need(",")
		self.constant()
		self.need(")")
		return column

	def rank(self) -> Column:
		"""``(1 / nullif(locate('text', column), 0))``, by which Frappe sorts what a link field suggests."""
		self.need("(")
		self.number("1")
		for part in ("/", "nullif", "(", "locate", "("):
			self.need(part)
		if self.look()[0] != "text":
			self.refuse()
		self.at += 1
		self.need(",")
		column = self.column()
		self.need(")")
		self.need(",")
		self.number("0")
		self.need(")")
		self.need(")")
		return column

	def alias(self) -> str | None:
		if not self.take("as"):
			return None
		kind, token = self.look()
		if kind not in ("quoted", "word", "text"):
			self.refuse()
		self.at += 1
		name = token if kind == "word" else token[1:-1]
		if not ALIAS.fullmatch(name):
			self.refuse()
		return name

	# --- pieces ----------------------------------------------------------------------------------------------
	def identifier(self) -> str:
		kind, token = self.look()
		if kind == "quoted":
			self.at += 1
			return token[1:-1]
		if kind == "word":
			self.at += 1
			return token
		return self.refuse()

	def constant(self) -> None:
		if self.look()[0] not in ("text", "number"):
			self.refuse()
		self.at += 1

	def number(self, value: str) -> None:
		if self.look() != ("number", value):
			self.refuse()
		self.at += 1

	def _plain(self, name: str) -> str:
		# an alias in an order may hold what names of columns do not
		return name if ALIAS.fullmatch(name) else self.refuse()

	def _table(self, name: str) -> str:
		return name if TABLE.fullmatch(name) or PLAIN.fullmatch(name) else self.refuse()
