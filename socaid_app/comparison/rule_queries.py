"""A rule as queries over the tables of a comparison, in SQL that DuckDB and Spark understand alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from socaid_app.comparison.finding_rules import Rule
from socaid_app.comparison.kinds import MONEY, NUMBER, column, literal
from socaid_app.comparison.language.sentence import sentence
from socaid_app.comparison.language.sql import aggregate_sql, aggregates_of, to_sql
from socaid_app.comparison.language.tree import (
	HOUSEHOLD,
	PERSON,
	ROW,
	Aggregate,
	Constant,
	Name,
	Node,
	Receives,
	children,
	walk,
)

# Rows of one finding that are named in it; how many there are is said as well.
MOST_NAMED = 20


def found_sql(rule: Rule) -> str:
	"""The findings of a rule, from ``judged``: the rows that tell the same fact are one."""
	identity = " || chr(31) || ".join(
		[literal(rule.key), "coalesce(person, household)"]
		+ [f"coalesce(cast({column(f'fact:{name}')} as string), '')" for name in rule.fact]
	)
	return f"""select identity, {literal(rule.key)} as rule, {literal(rule.severity)} as severity,
			{literal(rule.unit)} as unit, any_value(person) as person, any_value(household) as household,
			min_by(facts, coalesce(row_no, 0)) as facts, count(row_no) as row_count,
			case when count(row_no) > 0 then
				list_slice(list_sort(array_agg(row_no) filter (where row_no is not null)), 1, {MOST_NAMED}) end as row_numbers
		from (select *, sha256({identity}) as identity from judged where hit) hits group by identity"""


def undecided_sql(rule: Rule) -> str:
	return f"select {literal(rule.key)} as rule, person, household, row_no from judged where hit is null"


def query(tree: Node, unit: str, fact: Sequence[str] = (), object_sql: str = "json_object({})") -> str:
	"""``person household row_no hit facts`` and the fields of the fact, of everybody the condition is not false for.

	It is SQL of DuckDB and of Spark alike, but for the object of the facts.
	"""
	aggregates = aggregates_of(tree) if unit != ROW else ()
	hit = to_sql(tree, unit, aggregates)
	facts = ", ".join(
		f"{literal(label)}, cast({value} as string)" for label, value in named(tree, unit, aggregates)
	)
	which = "".join(f", r.{column(name)} as {column(f'fact:{name}')}" for name in fact)
	alias = {ROW: "p", PERSON: "p", HOUSEHOLD: "h"}[unit]
	person = "cast(null as string)" if unit == HOUSEHOLD else "p.person"
	row_no = "r.row_no" if unit == ROW else "cast(null as bigint)"
	source = _from(tree, unit)
	if aggregates:
		source += f"\nleft join ({_grouped(aggregates, unit)}) a on a.unit = {alias}.{unit}"
	return f"""select {person} as person, {alias}.household as household, {row_no} as row_no, {hit} as hit,
		case when {hit} then {object_sql.format(facts)} end as facts {which}
		from {source} where ({hit}) is distinct from false"""


def _from(tree: Node, unit: str) -> str:
	"""The tables a condition speaks of, and no others."""
	own = {
		ROW: "rows r join persons p on p.person = r.person",
		PERSON: "persons p",
		HOUSEHOLD: "households h",
	}[unit]
	outer = list(_outside(tree))
	households = any(isinstance(node, Name) and node.scope == HOUSEHOLD for node in outer)
	if unit != HOUSEHOLD and (households or any(isinstance(node, Constant) for node in outer)):
		own += " join households h on h.household = p.household"
	if any(isinstance(node, Constant) for node in outer):
		own += " join household_constants c on c.household = h.household"
	return own


def _grouped(aggregates: Sequence[Aggregate], unit: str) -> str:
	values = ", ".join(f"{aggregate_sql(one)} as a{at}" for at, one in enumerate(aggregates))
	inside = [node for one in aggregates for node in walk(one)]
	tables = "rows r join persons p on p.person = r.person"
	constants = any(isinstance(node, Constant) for node in inside)
	if constants or any(isinstance(node, Name) and node.scope == HOUSEHOLD for node in inside):
		tables += " join households h on h.household = p.household"
	if constants:
		tables += " join household_constants c on c.household = h.household"
	return f"select p.{unit} as unit, true as has_rows, {values} from {tables} group by p.{unit}"


def _outside(node: Node) -> Iterator[Node]:
	"""The nodes of a condition that are not inside an aggregate."""
	yield node
	if not isinstance(node, Aggregate):
		for child in children(node):
			yield from _outside(child)


def named(tree: Node, unit: str, aggregates: Sequence[Aggregate]) -> list[tuple[str, str]]:
	"""What a condition names, as the sentence says it, and the SQL of its value: the facts of a finding."""
	found = {}
	for node in _outside(tree):
		if isinstance(node, Name | Constant | Aggregate):
			found[sentence(node)] = _shown(node, to_sql(node, unit, tuple(aggregates)))
	if any(isinstance(node, Receives) for node in _outside(tree)):
		found["救助类别"] = f"{'h' if unit == HOUSEHOLD else 'p'}.schemes"
	return list(found.items())


def _shown(node: Node, value: str) -> str:
	"""A value as the facts keep it: money to the cent, a number without idle noughts, a code as what it means."""
	if node.kind == MONEY:
		return f"cast({value} as decimal(38, 2))"
	if node.kind == NUMBER:
		return f"regexp_replace(cast({value} as string), '\\.?0+$', '')"
	if isinstance(node, Name) and node.meanings:
		cases = " ".join(f"when {literal(key)} then {literal(meaning)}" for key, meaning in node.meanings)
		return f"case {value} {cases} end"
	if node.kind == "truth":
		return f"case when {value} then '是' when not {value} then '否' end"
	return value
