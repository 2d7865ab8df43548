"""The roster: the persons whose support is compared, one row each, with what is known of them and their households.

:func:`load` leaves four tables in the connection: ``persons`` (``person id_number id_state former_numbers name sex born_on
division household schemes`` and the facts of the layout), ``households`` (one row each, with the facts that are the
household's), ``person_numbers`` (every number that finds exactly one person) and ``ambiguous_numbers``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from socaid_app.comparison import id_numbers, readers
from socaid_app.comparison.data_sources import KEY_COLUMNS, read_fields
from socaid_app.comparison.fields import Field, LayoutError, legible_sql, name_sql
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.comparison.kinds import CODE, DATE, TEXT, column, literal
from socaid_app.comparison.language.words import SCHEME_NAMES

SHIPPED = Path(__file__).parent.parent / "setup" / "comparison_roster.json"
SEVERAL = "[;；、,，/ ]+"
PERSON = Field("person", "人员编号", TEXT, ("人员编号", "编号", "对象编号", "person"))
NUMBER = Field("id_number", "身份证号", TEXT, (*KEY_COLUMNS, "id_number"))
FORMER = Field("former_numbers", "曾用身份证号", TEXT, ("曾用身份证号", "former_numbers"), optional=True)
NAME = Field("name", "姓名", TEXT, ("姓名", "name"))
SEX = Field(
	"sex",
	"性别",
	CODE,
	("性别", "sex"),
	codes={"M": "M", "F": "F", "男": "M", "女": "F", "男性": "M", "女性": "F", "1": "M", "2": "F"},
	meanings={"M": "男", "F": "女"},
	optional=True,
)
BORN = Field("born_on", "出生日期", DATE, ("出生日期", "born_on"), optional=True)
DIVISION = Field("division", "区划代码", TEXT, ("区划代码", "行政区划代码", "division"), optional=True)
HOUSEHOLD = Field("household", "家庭编号", TEXT, ("家庭编号", "户编号", "household"), optional=True)
SCHEMES = Field("schemes", "救助类别", TEXT, ("救助类别", "schemes"), optional=True)
ALWAYS = (PERSON, NUMBER, FORMER, NAME, SEX, BORN, DIVISION, HOUSEHOLD, SCHEMES)
# What rules may ask of every person besides the facts of the layout.
PERSON_FIELDS = (SEX, BORN)
RESERVED = (
	"person",
	"id_number",
	"id_state",
	"former_numbers",
	"name",
	"division",
	"household",
	"schemes",
	"row_no",
	"digits",
)
SCHEME_OF = {name: key for key, name in SCHEME_NAMES.items()} | {key: key for key in SCHEME_NAMES}


@dataclass(frozen=True)
class RosterLayout:
	"""Facts of persons and of households beyond what every roster has; ``area`` is always the household's."""

	person: tuple[Field, ...]
	household: tuple[Field, ...]

	@property
	def facts(self) -> tuple[Field, ...]:
		return (*self.person, *self.household)

	@property
	def person_words(self) -> dict[str, Field]:
		return {one.name: one for one in (*PERSON_FIELDS, *self.person)}

	@property
	def household_words(self) -> dict[str, Field]:
		return {one.name: one for one in self.household}


@dataclass
class Problem:
	"""Something of the roster that could not be used. ``row`` is the row of data."""

	row: int
	person: str
	field: str
	cell: str
	message: str


@dataclass
class Roster:
	layout: RosterLayout
	persons: int
	households: int
	problems: list[Problem] = field(default_factory=list)
	notes: list[str] = field(default_factory=list)


def layout_from(records: Sequence[Mapping]) -> RosterLayout:
	"""Raises LayoutError."""
	for record in records:
		if record.get("of") not in ("person", "household"):
			raise LayoutError(
				f"人员名册的字段“{record.get('label') or record.get('name')}”：“of”应为person或household。"
			)
	fields = read_fields(records, "人员名册", RESERVED)
	households = {record["name"] for record in records if record["of"] == "household"}
	if "area" not in households:
		raise LayoutError("人员名册缺少家庭的字段“area”（城乡），标准和参数要按它取值。")
	return RosterLayout(
		tuple(one for one in fields if one.name not in households),
		tuple(one for one in fields if one.name in households),
	)


def load_layout(path: Path | str | None = None) -> RosterLayout:
	"""The shipped layout, or another file of the same form."""
	return layout_from(json.loads(Path(path or SHIPPED).read_text(encoding="utf-8")))


def load(connection, path: Path | str, layout: RosterLayout, sheet: str = "") -> Roster:
	"""Reads the roster into the connection. Raises UnreadableReply where it cannot be a roster at all."""
	wanted = (*ALWAYS, *layout.facts)
	with readers.opened(connection, path, wanted, sheet) as table:
		_stage(connection, table, wanted)
		notes = table.notes
	_refuse_unusable(connection)
	problems = _persons(connection, layout)
	problems += _households(connection, layout)
	problems += _numbers(connection)
	persons, households = connection.execute(
		"select (select count(*) from persons), (select count(*) from households)"
	).fetchone()
	connection.execute("drop table staged_persons")
	return Roster(layout, persons, households, sorted(problems, key=lambda each: each.row), notes)


def _stage(connection, table: readers.Table, wanted: Sequence[Field]) -> None:
	cells = ", ".join(f"{legible_sql(column(one.name))} as {column(one.name)}" for one in wanted)
	connection.execute(
		f"create or replace temp table staged_persons as select row_no, {cells} from {table.scan}"
	)


def _refuse_unusable(connection) -> None:
	"""Without a number of each person nobody can be told from another."""
	rows, blank = connection.execute(
		"select count(*), min(row_no) filter (where coalesce(person, '') = '') from staged_persons"
	).fetchone()
	if not rows:
		raise UnreadableReply("人员名册里没有数据。")
	if blank:
		raise UnreadableReply(f"人员名册的数据第{blank}行没有人员编号。")
	twice = connection.execute(
		"select person, list(row_no order by row_no)[:5] from staged_persons group by person having count(*) > 1 order by 1 limit 5"
	).fetchall()
	if twice:
		said = "；".join(f"“{person}”在数据第{'、'.join(map(str, rows))}行" for person, rows in twice)
		raise UnreadableReply(f"人员名册中人员编号重复：{said}。")


def _persons(connection, layout: RosterLayout) -> list[Problem]:
	fields = (SEX, BORN, *layout.facts)
	values = ", ".join(f"{one.sql(column(one.name))} as {column(f'{one.name}')}" for one in fields)
	schemes = f"""list_distinct(list_filter(list_transform(
		regexp_split_to_array(coalesce(schemes, ''), {literal(SEVERAL)}), lambda x: {_scheme_sql("x")}),
		lambda x: x is not null))"""
	_former(connection)
	connection.execute(f"""
		create or replace temp table persons as
		select row_no, person, {id_numbers.NUMBER} as id_number, {id_numbers.STATE} as id_state,
			coalesce("#former", []) as former_numbers, {name_sql("name", "name")} as name, division,
			coalesce(nullif(household, ''), '#' || person) as household, {schemes} as schemes, {values}
		from {id_numbers.read_sql("staged_persons", "id_number")}
		left join (select row_no, list(number order by place) as "#former" from former group by row_no) using (row_no)
	""")
	connection.execute(f"""
		update persons set
			id_number = case when id_state = '{id_numbers.WHOLE}' then id_number end,
			sex = coalesce(sex, case when id_state = '{id_numbers.WHOLE}' then
				case when cast(id_number[17] as int) % 2 = 1 then 'M' else 'F' end end),
			born_on = coalesce(born_on, case when id_state = '{id_numbers.WHOLE}' then
				try_cast(id_number[7:10] || '-' || id_number[11:12] || '-' || id_number[13:14] as date) end)
	""")
	found = []
	for one in fields:
		# sex and day of birth have a value by now that may come from the number
		unread = (
			f"{one.sql(f's.{column(one.name)}')} is null and not {one.missing_sql(f's.{column(one.name)}')}"
		)
		found += _unread(connection, one, unread)
	unknown = f"""len(list_filter(regexp_split_to_array(coalesce(s.schemes, ''), {literal(SEVERAL)}),
		lambda x: x <> '' and {_scheme_sql("x")} is null)) > 0"""
	found += _unread(connection, SCHEMES, unknown, f"应为{'、'.join(SCHEME_NAMES.values())}")
	for row, person, number in connection.execute(
		f"select row_no, person, number from former where state <> '{id_numbers.WHOLE}' order by row_no, place"
	).fetchall():
		found.append(Problem(row, person, FORMER.label, number, "不是完整的身份证号，未用于比对"))
	for row, person, cell, state in connection.execute(f"""
		select s.row_no, s.person, s.id_number, p.id_state from staged_persons s join persons p using (person)
		where p.id_state <> '{id_numbers.WHOLE}' order by 1""").fetchall():
		found.append(Problem(row, person, NUMBER.label, cell or "", id_numbers.MEANINGS[state]))
	return found


def _former(connection) -> None:
	"""The former numbers, one a row."""
	cells = f"""(select row_no, person, unnest(cells) as cell, generate_subscripts(cells, 1) as place from (
		select row_no, person, regexp_split_to_array(former_numbers, {literal(SEVERAL)}) as cells
		from staged_persons where former_numbers <> ''))"""
	connection.execute(f"""
		create or replace temp table former as
		select row_no, person, place, {id_numbers.NUMBER} as number, {id_numbers.STATE} as state
		from {id_numbers.read_sql(cells, "cell")} where {id_numbers.NUMBER} <> ''
	""")


def _unread(connection, one: Field, condition: str, expects: str = "") -> list[Problem]:
	rows = connection.execute(
		f"select row_no, person, {column(one.name)} from staged_persons s where {condition} order by 1"
	).fetchall()
	return [Problem(row, person, one.label, cell, expects or one.expects) for row, person, cell in rows]


def _scheme_sql(word: str) -> str:
	cases = " ".join(f"when {literal(name)} then {literal(key)}" for name, key in SCHEME_OF.items())
	return f"case {word} {cases} end"


def _households(connection, layout: RosterLayout) -> list[Problem]:
	"""One row for each household. Where its members' rows contradict each other, the fact is missing, and said so."""
	facts = ", ".join(
		f"case when count(distinct {column(one.name)}) <= 1 then any_value({column(one.name)}) end as {column(one.name)}"
		for one in layout.household
	)
	connection.execute(f"""
		create or replace temp table households as
		select household, min(division) as division,
			list_sort(list_distinct(flatten(list(schemes)))) as schemes, {facts}
		from persons group by household
	""")
	found = []
	for one in layout.household:
		for household, row, values in connection.execute(f"""
			select household, min(row_no), list(distinct cast({column(one.name)} as varchar)) from persons
			where {column(one.name)} is not null group by household having count(distinct {column(one.name)}) > 1
			order by 2""").fetchall():
			said = "、".join(sorted(values))
			found.append(Problem(row, "", one.label, said, f"家庭“{household}”各人填写不一致，不采用"))
	return found


def _numbers(connection) -> list[Problem]:
	connection.execute(f"""
		create or replace temp table all_numbers as
		select distinct id_number, person from (
			select id_number, person from persons where id_number is not null
			union all
			select number, person from former where state = '{id_numbers.WHOLE}'
		)
	""")
	connection.execute("""
		create or replace temp table ambiguous_numbers as
		select id_number, list(person order by person) as persons from all_numbers group by id_number having count(*) > 1
	""")
	connection.execute("""
		create or replace temp table person_numbers as
		select id_number, person from all_numbers where id_number not in (select id_number from ambiguous_numbers)
	""")
	connection.execute("drop table all_numbers; drop table former")
	return [
		Problem(row, person, NUMBER.label, number, f"同一号码属于几个人：{'、'.join(persons)}，未按号码比对")
		for row, person, number, persons in connection.execute("""
			select p.row_no, p.person, a.id_number, a.persons from ambiguous_numbers a
			join persons p on p.person = a.persons[1] order by 1""").fetchall()
	]


def schemes_of(text: str) -> list[str]:
	"""Scheme keys of a cell, for one person in Python; words it does not know are left out."""
	return [SCHEME_OF[word] for word in re.split(SEVERAL, text or "") if word in SCHEME_OF]
