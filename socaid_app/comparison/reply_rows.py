"""The rows of a reply that are somebody's of the roster, with what their cells mean.

:func:`read_rows` leaves in the connection: ``rows`` – the rows that are somebody's, and those whose number is missing or
damaged, for whoever looks for near matches: ``row_no person id_number number_state id_text name born_on division`` and
the fields of the source. Rows of anybody else are counted and read no further (Law Art. 11, 70: only those who receive
or apply are looked up). ``cell_problems`` – cells that mean nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from socaid_app.comparison import id_numbers, readers
from socaid_app.comparison.data_sources import Source
from socaid_app.comparison.fields import Field, legible_sql, name_sql
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.comparison.kinds import DATE, STORED, TEXT, column, literal

# A field may be called anything, so what is computed has names no field can have.
ID_TEXT, FIGURE = "id_text", '"#figure"'
# What linkage compares besides the number.
NEAR = {"name": TEXT, "born_on": DATE, "division": TEXT}
# A whole number that several persons of the roster have.
AMBIGUOUS = "ambiguous"
# Nearly all rows tell of strangers by a plain whole number: they are passed over before anything costly is asked. A join
# would lose the order of the rows; through a sieve with so many holes one stranger in forty falls and is met by the join.
HOLES = 4_194_301


def _hole(figure: str) -> str:
	return f"cast(abs({figure}) % {HOLES} as int)"


NO_STRANGERS = readers.Kept(
	condition=f"not {id_numbers.plain_sql(FIGURE)} or get_bit(getvariable('sieve'), {_hole(FIGURE)}) = 1",
	computed=f"{id_numbers.figure_sql(ID_TEXT)} as {FIGURE}",
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
	"""Who the rows are about."""
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
