"""The tree of a rule's condition: what the parser gives, and what SQL, Python and the sentence are made from.

Every node has a kind of value. A value may be missing; what is compared or computed with something missing is unknown,
and so is ``and`` / ``or`` where the rest does not settle it (Kleene's logic, which is SQL's). A rule hits only where
its condition is true; where it is unknown, that is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal

from socaid_app.comparison.kinds import DATE, NUMBER, TRUTH

# What a rule is asked of: each row of the source, each person, each household.
ROW, PERSON, HOUSEHOLD = "row", "person", "household"
UNITS = (ROW, PERSON, HOUSEHOLD)


class Node:
	"""Each has a ``kind`` of :mod:`kinds`."""

	kind: str


@dataclass(frozen=True)
class Literal(Node):
	"""``shown`` is what a code means."""

	kind: str
	value: Decimal | date | str | bool
	shown: str = field(default="", compare=False)


@dataclass(frozen=True)
class Name(Node):
	"""A field of the row, the person or the household (``scope``)."""

	kind: str
	scope: str
	name: str
	label: str = field(default="", compare=False)
	meanings: tuple[tuple[str, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Constant(Node):
	"""A Policy Parameter or a standard in force on the day of the data, for the household's area and place."""

	kind: str
	table: str
	key: str
	label: str = field(default="", compare=False)

	@property
	def name(self) -> str:
		return f"{self.table}:{self.key}"


@dataclass(frozen=True)
class Day(Node):
	"""The day of the data."""

	kind: str = DATE


@dataclass(frozen=True)
class Not(Node):
	of: Node
	kind: str = TRUTH


@dataclass(frozen=True)
class Every(Node):
	"""``and`` or ``or`` of two conditions."""

	word: str
	left: Node
	right: Node
	kind: str = TRUTH


@dataclass(frozen=True)
class Compare(Node):
	sign: str
	left: Node
	right: Node
	kind: str = TRUTH


@dataclass(frozen=True)
class OneOf(Node):
	of: Node
	among: tuple[Node, ...]
	kind: str = TRUTH


@dataclass(frozen=True)
class Between(Node):
	"""Both ends are in."""

	of: Node
	low: Node
	high: Node
	kind: str = TRUTH


@dataclass(frozen=True)
class Missing(Node):
	of: Node
	kind: str = TRUTH


@dataclass(frozen=True)
class Minus(Node):
	kind: str
	of: Node


@dataclass(frozen=True)
class Sum(Node):
	"""One of ``+ - * /`` of two quantities."""

	kind: str
	sign: str
	left: Node
	right: Node


@dataclass(frozen=True)
class Call(Node):
	"""``age months days contains``."""

	kind: str
	function: str
	arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Receives(Node):
	"""The person, or in a rule of households anybody of the household, receives a scheme."""

	scheme: str
	kind: str = TRUTH


@dataclass(frozen=True)
class Aggregate(Node):
	"""``count distinct sum any largest smallest`` over the rows of the person or household, of those where ``where`` is true."""

	kind: str
	function: str
	of: Node | None
	where: Node | None


def children(node: Node) -> Iterator[Node]:
	for each in fields(node):
		value = getattr(node, each.name)
		if isinstance(value, Node):
			yield value
		elif isinstance(value, tuple):
			yield from (one for one in value if isinstance(one, Node))


def walk(node: Node) -> Iterator[Node]:
	yield node
	for child in children(node):
		yield from walk(child)


def number(value: int | str | Decimal) -> Literal:
	return Literal(NUMBER, Decimal(value))
