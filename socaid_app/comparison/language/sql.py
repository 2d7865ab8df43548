"""A condition as SQL of DuckDB, which Spark understands as well once it has the functions named here.

Scopes are table aliases: ``r`` the row, ``p`` the person, ``h`` the household, ``c`` the constants of its place; the day of the
data is a variable of the connection. Inside an aggregate of a rule of persons or households the same aliases stand beside each row; the
aggregates themselves are computed first, as columns ``a0``, ``a1`` … of ``a``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from socaid_app.comparison.kinds import QUANTITIES, SQL_TYPES, column, literal
from socaid_app.comparison.language.tree import (
	HOUSEHOLD,
	PERSON,
	ROW,
	Aggregate,
	Between,
	Call,
	Compare,
	Constant,
	Day,
	Every,
	Literal,
	Minus,
	Missing,
	Name,
	Node,
	Not,
	OneOf,
	Receives,
	Sum,
	walk,
)

ALIAS = {ROW: "r", PERSON: "p", HOUSEHOLD: "h"}
WIDE = SQL_TYPES["number"]


def to_sql(node: Node, unit: str, aggregates: tuple[Aggregate, ...] = ()) -> str:
	"""The value of a node; those of ``aggregates`` are taken from the columns they were computed into."""

	def sql(of: Node) -> str:
		return to_sql(of, unit, aggregates)

	match node:
		case Aggregate() if node in aggregates:
			return _of_none(node, f"a.a{aggregates.index(node)}")
		case Literal():
			return _literal(node)
		case Name():
			name = f"{ALIAS[node.scope]}.{column(node.name)}"
			return f"cast({name} as {WIDE})" if node.kind in QUANTITIES else name
		case Constant():
			return f"c.{column(node.name)}"
		case Day():
			return "getvariable('data_day')"
		case Not():
			return f"(not {sql(node.of)})"
		case Every():
			return f"({sql(node.left)} {node.word} {sql(node.right)})"
		case Compare():
			return f"({sql(node.left)} {node.sign} {sql(node.right)})"
		case OneOf():
			return f"({sql(node.of)} in ({', '.join(map(sql, node.among))}))"
		case Between():
			return f"({sql(node.of)} between {sql(node.low)} and {sql(node.high)})"
		case Missing():
			return f"({sql(node.of)} is null)"
		case Minus():
			return f"(-{sql(node.of)})"
		case Sum():
			return _computed(node.sign, sql(node.left), sql(node.right))
		case Call():
			return _called(node.function, *map(sql, node.arguments))
		case Receives():
			# of a household where the rule asks of households, of the person beside a row
			owner = "h" if unit == HOUSEHOLD else "p"
			return f"coalesce(list_contains({owner}.schemes, {literal(node.scheme)}), false)"
	raise TypeError(node)


def aggregates_of(node: Node) -> tuple[Aggregate, ...]:
	return tuple(dict.fromkeys(one for one in walk(node) if isinstance(one, Aggregate)))


def aggregate_sql(node: Aggregate) -> str:
	"""The aggregate over the rows of a group; a row whose ``where`` is unknown is not counted."""
	where = f" filter (where {to_sql(node.where, PERSON)})" if node.where is not None else ""
	of = to_sql(node.of, PERSON) if node.of is not None else ""
	match node.function:
		case "count":
			return f"cast(count(*){where} as {WIDE})"
		case "distinct":
			return f"cast(count(distinct {of}){where} as {WIDE})"
		case "sum":
			return f"sum({of}){where}"
		case "any":
			return f"case when bool_or({of}) then true when count(*) > count({of}) then null else false end"
		case "largest":
			return f"max({of}){where}"
		case "smallest":
			return f"min({of}){where}"
	raise TypeError(node)


def _of_none(node: Aggregate, value: str) -> str:
	"""What an aggregate is for somebody without rows: none are counted, their sum is nought."""
	match node.function:
		case "count" | "distinct" | "sum":
			return f"coalesce({value}, cast(0 as {WIDE}))"
		case "any":
			# unknown for rows of which none is known to fit
			return f"(case when a.has_rows then {value} else false end)"
	return value


def _literal(node: Literal) -> str:
	match node.value:
		case bool():
			return "true" if node.value else "false"
		case Decimal():
			return f"cast({node.value:f} as {WIDE})"
		case date():
			return f"date '{node.value.isoformat()}'"
	return literal(node.value)


def _computed(sign: str, left: str, right: str) -> str:
	if sign == "/":
		return f"exact_quotient({left}, {right})"
	if sign == "*":
		return f"cast({left} * {right} as {WIDE})"
	return f"cast({left} {sign} {right} as {WIDE})"


def _called(function: str, first: str, second: str) -> str:
	if function == "contains":
		return f"contains({first}, {second})"
	return f"cast({function}_from_to({first}, {second}) as {WIDE})"


def prepare(connection) -> None:
	"""Registers the functions of the language: exact division, and years, months, days between two days."""
	for name, body in MACROS.items():
		connection.execute(f"create or replace temp macro {name} as ({body})")


MACROS = {
	# Half away from zero, to four places; by whole numbers, because the database divides decimals as floats.
	"exact_quotient(x, y)": """case when y = 0 then null else cast(
		sign(x) * sign(y) * ((2 * cast(abs(x) * 10000 as hugeint) * 10000 + cast(abs(y) * 10000 as hugeint))
		// (2 * cast(abs(y) * 10000 as hugeint))) as decimal(38, 0)) * cast(0.0001 as decimal(4, 4)) end""",
	"age_from_to(x, y)": """year(y) - year(x)
		- cast(month(y) * 100 + day(y) < month(x) * 100 + day(x) as int)""",
	"months_from_to(x, y)": """(year(y) - year(x)) * 12 + month(y) - month(x) - cast(day(y) < day(x) as int)""",
	"days_from_to(x, y)": "date_diff('day', x, y)",
}
