"""A reply compared with the roster by rules, set-based in DuckDB.

One connection holds one comparison. :func:`start` opens it, :func:`roster.load` reads the roster, :func:`read_rows` a
reply, :func:`run` applies the rules. What is left in it:

``rows`` – the rows that are somebody's of the roster, and those whose number is missing or damaged, for whoever looks for
near matches: ``row_no person id_number number_state id_text name born_on division`` and the fields of the source. Rows of anybody else are
counted and read no further (Law Art. 11, 70: only those who receive or apply are looked up).
``cell_problems`` – cells that mean nothing. ``findings`` and ``undecided`` – what the rules say.

A finding never decides anything. Its identity is made of the rule, who it is about and the fact, so that the same fact
in next month's reply is the same finding.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from socaid_app.comparison import fields, id_numbers, readers
from socaid_app.comparison.data_sources import Source
from socaid_app.comparison.fields import Field, legible_sql, name_sql
from socaid_app.comparison.finding_rules import Rule
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.comparison.kinds import (
	DATE,
	MONEY,
	NUMBER,
	QUANTITIES,
	SQL_TYPES,
	STORED,
	TEXT,
	column,
	literal,
)
from socaid_app.comparison.language import sql as language_sql
from socaid_app.comparison.language.parser import MOST_CONSTANT
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
from socaid_app.comparison.language.words import PARAMETER
from socaid_app.policy.parameters import ParameterError, ParameterSet
from socaid_app.policy.standards import NoStandardInForce, StandardSet

MEMORY, THREADS = "3GB", 2
ID_TEXT = "id_text"
# What linkage compares besides the number.
NEAR = {"name": TEXT, "born_on": DATE, "division": TEXT}
# A whole number that several persons of the roster have.
AMBIGUOUS = "ambiguous"
# Rows of one finding that are named in it; how many there are is said as well.
MOST_NAMED = 20


# Nearly all rows tell of strangers by a plain whole number: they are passed over before anything costly is asked. A join
# would lose the order of the rows; through a sieve with so many holes one stranger in forty falls and is met by the join.
HOLES = 4_194_301


def _hole(figure: str) -> str:
	return f"cast(abs({figure}) % {HOLES} as int)"


NO_STRANGERS = readers.Kept(
	condition=f"not {id_numbers.plain_sql('figure')} or get_bit(getvariable('sieve'), {_hole('figure')}) = 1",
	computed=f"{id_numbers.figure_sql(ID_TEXT)} as figure",
)


@dataclass
class Reply:
	"""What was read of a file."""

	source: Source
	rows: int
	matched: int
	states: dict[str, int]
	ambiguous: int
	problems: int
	notes: list[str] = field(default_factory=list)

	@property
	def strangers(self) -> int:
		"""Rows with a whole number of nobody on the roster."""
		return self.rows - self.matched - sum(self.states.values()) - self.ambiguous


@dataclass
class RuleResult:
	"""``lacking`` says which constants are not in force for how many households."""

	rule: Rule
	findings: int
	undecided: int
	lacking: list[str] = field(default_factory=list)


def start(memory: str = MEMORY, threads: int = THREADS, folder: str | None = None):
	"""A connection whose memory is bounded: what does not fit goes to ``folder``."""
	connection = duckdb.connect(
		config={
			"memory_limit": memory,
			"threads": threads,
			"temp_directory": folder or tempfile.gettempdir(),
			# a reply is data: nothing in it or about it fetches anything
			"autoinstall_known_extensions": False,
			"autoload_known_extensions": False,
		}
	)
	id_numbers.prepare(connection)
	fields.prepare(connection)
	language_sql.prepare(connection)
	connection.execute("""
		create temp table findings (identity varchar, rule varchar, severity varchar, unit varchar, person varchar,
			household varchar, facts varchar, row_count bigint, row_numbers bigint[]);
		create temp table undecided (rule varchar, person varchar, household varchar, row_no bigint);
	""")
	return connection


# --- rows -----------------------------------------------------------------------------------------------------
def read_rows(connection, path: Path | str, source: Source) -> Reply:
	"""Reads a reply. Raises UnreadableReply; then there is no table ``rows`` of it."""
	number = Field(ID_TEXT, "身份证号", TEXT, source.number)
	connection.execute("drop table if exists rows; drop table if exists cell_problems")
	_number_everybody(connection)
	with readers.opened(connection, path, (number, *source.fields), source.sheet, NO_STRANGERS) as table:
		if table.rows > readers.MOST_ROWS:
			raise UnreadableReply(f"文件有{table.rows:,}行，最多{readers.MOST_ROWS:,}行，请分成几个文件。")
		_match(connection, table.scan, source)
	_drop_doubtful(connection)
	_understand(connection, source)
	states = dict(
		connection.execute(
			f"select number_state, count(*) from rows where person is null and number_state <> '{AMBIGUOUS}' group by 1"
		).fetchall()
	)
	matched, ambiguous, problems = connection.execute(f"""
		select count(*) filter (where person is not null), count(*) filter (where number_state = '{AMBIGUOUS}'),
			(select count(*) from cell_problems) from rows""").fetchone()
	return Reply(source, table.rows, matched, states, ambiguous, problems, table.notes)


def out_of_date(connection, source: Source, on: date) -> tuple[int, int]:
	"""How many rows report of a day from which nothing may be used any more, or of one to come; how many should be asked
	for again. They are compared all the same: what they say has to be verified anyway.
	"""
	if not source.report_day:
		return 0, 0
	days = connection.execute(
		f"select {column(source.report_day)}, count(*) from rows where {column(source.report_day)} is not null group by 1"
	).fetchall()
	expired = sum(count for day, count in days if not source.valid_on(day, on))
	stale = sum(count for day, count in days if source.valid_on(day, on) and not source.fresh_on(day, on))
	return expired, stale


def _number_everybody(connection) -> None:
	connection.execute("""
		create or replace temp table known_numbers as
		select id_number, person, false as ambiguous from person_numbers
		union all select id_number, null, true from ambiguous_numbers
	""")
	connection.execute(f"""
		set variable sieve = (
			select bitstring_agg({_hole("figure")}, 0, {HOLES - 1})
			from (select {id_numbers.figure_sql("id_number")} as figure from known_numbers) where figure is not null
		)
	""")


def _match(connection, scan: str, source: Source) -> None:
	"""Who the rows are about. A field may be called anything, so what is computed has names no field can have."""
	raw = "".join(f", {column(one.name)}" for one in source.fields)
	number, state = id_numbers.NUMBER, id_numbers.STATE
	connection.execute(f"""
		create or replace temp table staged as
		select row_no, "#person" as person, {number} as id_number, {ID_TEXT},
			case when "#person" is not null then '{id_numbers.WHOLE}' when "#ambiguous" then '{AMBIGUOUS}'
				else {state} end as number_state {raw}
		from (
			select s.*, n.person as "#person", n.ambiguous as "#ambiguous"
			from {id_numbers.read_sql(scan, ID_TEXT)} s left join known_numbers n on n.id_number = s.{number}
		)
		where "#person" is not null or "#ambiguous" or {state} <> '{id_numbers.WHOLE}'
	""")
	connection.execute("drop table known_numbers")


def _drop_doubtful(connection) -> None:
	"""Where a spreadsheet has cut numbers of the file, one that ends in three noughts may be cut as well."""
	connection.execute(f"""
		update staged set person = null, number_state = '{id_numbers.DOUBTFUL}'
		where number_state in ('{id_numbers.WHOLE}', '{AMBIGUOUS}') and id_number[16:] = '000'
			and exists (select 1 from staged where number_state = '{id_numbers.ROUNDED}')
	""")


def _understand(connection, source: Source) -> None:
	"""The cells as values; which of them mean nothing is kept with the row's number."""
	kept = "row_no, person, id_number, number_state, id_text"
	cells = "".join(f", {legible_sql(column(one.name))} as {_cell(one)}" for one in source.fields)
	values = "".join(f", {_value_sql(one)} as {column(one.name)}" for one in source.fields)
	names = "".join(f", {column(one.name)}" for one in source.fields)
	# near matches are looked for by these, whether the source has them or not
	names += "".join(
		f", cast(null as {STORED[kind]}) as {name}" for name, kind in NEAR.items() if not source.field(name)
	)
	unread = ", ".join(
		f"case when {_unread_sql(one)} then {at} end" for at, one in enumerate(source.fields, 1)
	)
	connection.execute(f"""
		create temp table rows as
		select {kept} {names}, list_filter([{unread}], lambda x: x is not null) as unread
		from (select * {values} from (select {kept} {cells} from staged))
	""")
	said = "[" + ", ".join(literal(one.expects) for one in source.fields) + "]"
	labels = "[" + ", ".join(literal(one.label) for one in source.fields) + "]"
	names = "[" + ", ".join(literal(one.name) for one in source.fields) + "]"
	written = "[" + ", ".join(f"s.{column(one.name)}" for one in source.fields) + "]"
	connection.execute(f"""
		create temp table cell_problems as
		select row_no, person, ({names})[which] as field, ({labels})[which] as label, cells[which] as cell,
			({said})[which] as message
		from (
			select r.row_no, r.person, {written} as cells, unnest(r.unread) as which
			from rows r join staged s on s.row_no = r.row_no where len(r.unread) > 0
		)
	""")
	connection.execute("alter table rows drop column unread; drop table staged")


def _cell(one: Field) -> str:
	return column(f"#{one.name}")


def _value_sql(one: Field) -> str:
	"""A cell's value; the name of a person in its one form, as the roster has it."""
	value = one.sql(_cell(one))
	return name_sql(_cell(one), value) if one.name == "name" else value


def _unread_sql(one: Field) -> str:
	"""Whether a cell says something that means nothing. A name of nothing but dots is no name, and means that."""
	value = one.sql(_cell(one)) if one.name == "name" else column(one.name)
	return f"{value} is null and not {one.missing_sql(_cell(one))}"


# --- rules ----------------------------------------------------------------------------------------------------
def run(
	connection,
	rules: Iterable[Rule],
	parameters: ParameterSet,
	standards: StandardSet,
	on: date,
	source: Source | None = None,
) -> list[RuleResult]:
	"""Applies the rules of one source, or those of the roster alone, with the numbers in force on ``on``."""
	wanted = rules_of(rules, source)
	connection.execute(f"set variable data_day = date '{on.isoformat()}'")
	lacking = place_constants(connection, wanted, parameters, standards, on)
	return [_apply(connection, rule, lacking) for rule in wanted]


def rules_of(rules: Iterable[Rule], source: Source | None) -> list[Rule]:
	return [rule for rule in rules if rule.source == (source.key if source else "") and not rule.paused]


def _apply(connection, rule: Rule, lacking: dict[str, str]) -> RuleResult:
	connection.execute(f"create or replace temp table judged as {query(rule.tree, rule.unit, rule.fact)}")
	connection.execute(f"insert into findings {found_sql(rule)}")
	connection.execute(f"insert into undecided {undecided_sql(rule)}")
	connection.execute("drop table judged")
	return result_of(connection, rule, lacking)


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


def result_of(connection, rule: Rule, lacking: dict[str, str]) -> RuleResult:
	found, undecided = (
		connection.execute(f"select count(*) from {table} where rule = ?", [rule.key]).fetchone()[0]
		for table in ("findings", "undecided")
	)
	said = [lacking[each.name] for each in rule.constants if each.name in lacking]
	return RuleResult(rule, found, undecided, said)


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


# --- constants ------------------------------------------------------------------------------------------------
def place_constants(
	connection, rules: Sequence[Rule], parameters: ParameterSet, standards: StandardSet, on: date
) -> dict[str, str]:
	"""The table ``household_constants``; returns of each constant that is not in force everywhere, what is to be said."""
	wanted = list(dict.fromkeys(each for rule in rules for each in rule.constants))
	columns = "".join(f", {column(each.name)} {SQL_TYPES[each.kind]}" for each in wanted)
	connection.execute(
		f"create or replace temp table place_constants (area varchar, division varchar {columns})"
	)
	lacking: dict[str, str] = {}
	places = connection.execute("select distinct area, division from households").fetchall()
	for area, division in places:
		values = []
		for each in wanted:
			value, said = constant(each, parameters, standards, on, area or "", division or "")
			values.append(value)
			if said:
				lacking.setdefault(each.name, said)
		connection.execute(
			f"insert into place_constants values (?, ? {', ?' * len(values)})", [area, division, *values]
		)
	connection.execute(
		"""
		create or replace temp table household_constants as
		select h.household, c.* exclude (area, division) from households h join place_constants c
		on c.area is not distinct from h.area and c.division is not distinct from h.division
	"""
		if wanted
		else "create or replace temp table household_constants as select household from households"
	)
	return lacking


def constant(
	each: Constant, parameters: ParameterSet, standards: StandardSet, on: date, area: str, division: str
) -> tuple[object, str]:
	"""The value in force for a place, or None and why."""
	try:
		if each.table == PARAMETER:
			value = parameters.get(each.key, on, area=area)
		else:
			value = standards.find(each.key, on, area, division).amount
	except (ParameterError, NoStandardInForce) as error:
		return None, str(error)
	if each.kind in QUANTITIES and abs(value) > MOST_CONSTANT[each.kind]:
		return None, f"“{each.label}”的取值{value}过大，没有采用，请核对。"
	return value, ""
