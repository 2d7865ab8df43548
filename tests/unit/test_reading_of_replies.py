"""A reply of millions of rows is read by short cuts. They say the same as reading it row by row, cell by cell."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socaid_app.comparison import engine, reply_rows, roster
from socaid_app.comparison.data_sources import Source, source_from
from socaid_app.comparison.fields import SERIAL, UnreadableCell
from socaid_app.comparison.id_numbers import DOUBTFUL, ROUNDED, WHOLE, read_number
from socaid_app.policy import names
from socaid_app.policy.identity import make_check_digit

SOURCE = source_from(
	{
		"key": "x",
		"title": "来源",
		"agency": "某局",
		"fields": [
			{"name": "name", "label": "姓名"},
			{"name": "figure", "label": "号牌"},
			{
				"name": "kind",
				"label": "类型",
				"kind": "code",
				"codes": {"car": ["轿车", "K33"], "farm": "拖拉机"},
			},
			{"name": "price", "label": "价格", "kind": "money", "unit": "万元"},
			{"name": "cells", "label": "面积", "kind": "number", "unit": "公顷", "missing": ["无"]},
			{"name": "since", "label": "起", "kind": "date", "days": ["2026-01-31", "2026/1/31", SERIAL]},
			{"name": "until", "label": "止", "kind": "date", "days": ["31/1/2026", "20260131"]},
			{"name": "active", "label": "在用", "kind": "truth"},
		],
	}
)


def number(sequence: int, born: str = "19700101") -> str:
	first = f"220422{born}{sequence:03}"
	return first + make_check_digit(first)


def ending_in_noughts() -> str:
	return next(found for day in range(1, 29) if (found := number(0, f"195001{day:02}")).endswith("000"))


# P1 to P4 by their numbers, P2 by a former one as well; P5 and P6 have one between them.
OWN = [number(1), number(2), ending_in_noughts(), number(4, "20000229"), number(5), number(6)]
FORMER, SHARED = number(30), number(31)
WHOSE = {**{each: f"P{at}" for at, each in enumerate(OWN, 1)}, FORMER: "P2"}
ROSTER = [
	"人员编号,身份证号,曾用身份证号,姓名,家庭编号,救助类别,城乡,区划代码,保障人口,在保",
	*(
		f"P{at},{each},{ {2: FORMER, 5: SHARED, 6: SHARED}.get(at, '') },张三,H{at},低保,农村,220422100001,1,是"
		for at, each in enumerate(OWN, 1)
	),
]
STRANGERS = [
	number(sequence, born) for sequence in range(77, 97) for born in ("19881231", "20040229", "19650308")
]
EVERYBODY = [*OWN, FORMER, SHARED, *STRANGERS]
SIGNS = "0123456789XxEe+-. '`*#×１９Ｘ\u200b\u3000张,\"\t/"


@st.composite
def damaged(draw) -> str:
	"""A number as it is written: whole, old, cut by a spreadsheet, masked, with a sign too many, too few or wrong."""
	whole = draw(st.sampled_from(EVERYBODY))
	at = draw(st.integers(0, 17))
	sign = draw(st.sampled_from(SIGNS))
	return draw(
		st.sampled_from(
			(
				whole,
				whole,
				whole.lower(),
				f"'{whole} ",
				whole[:6] + whole[8:17],
				whole[:15] + "000",
				f"{whole[:at]}{draw(st.integers(0, 9))}{whole[at + 1 :]}",
				f"{whole[:at]}{draw(st.integers(0, 9))}{whole[at + 1 :]}",
				f"{float(whole[:17] + '0'):.5E}",
				whole[:6] + "********" + whole[14:],
				whole.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
				whole[:at] + sign + whole[at + 1 :],
				whole[:at] + sign + whole[at:],
				whole[:at] + whole[at + 1 :],
				"",
				"E12345678",
			)
		)
	)


CELLS = {
	"text": ["", "吉D1", " 吉D 1", "=A1", "#N/A", "a\nb", '"', "，", "Ａ"],
	"name": ["张三", "张 三", "买买提·艾力", "Zhang San", "", "·", "=1", "陈\u200b四", "张三1"],
	"code": ["K33", "k33", "轿车", "拖 拉机", "飞机", ""],
	"money": ["1", "1.5", "0.00005", "99999999.9999", "100000000", "1,000.50", "￥3", "2万元", "-1", "+2", "1e5", ".5", "5.", ""],
	"number": ["1", "12.25", "0.123456", "1公顷", "无", "", "一"],
	"date": ["2026-01-31", "2026-1-5", "2026-02-30", "1849-12-31", "2101-01-01", "2026-01-31 08:00", "2026/1/5", "45000", "31/1/2026", "20260131", "去年", ""],
	"truth": ["是", "否", "TRUE", "也许", ""],
}  # fmt: skip
ROWS = st.lists(
	st.tuples(
		damaged(),
		*(st.sampled_from(CELLS["name" if one.name == "name" else one.kind]) for one in SOURCE.fields),
	),
	min_size=5,
	max_size=60,
)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
	folder = tmp_path_factory.mktemp("county")
	(folder / "roster.csv").write_text("\n".join(ROSTER) + "\n", encoding="utf-8")
	connection = engine.start(threads=1)
	roster.load(connection, folder / "roster.csv", roster.load_layout())
	return connection, folder / "reply.csv"


@settings(max_examples=100, deadline=None)
@given(rows=ROWS)
def test_the_short_cuts_find_what_reading_row_by_row_finds(county, rows):
	connection, file = county
	_write(file, SOURCE, rows)
	read = reply_rows.read_rows(connection, file, SOURCE)
	expected, problems = _row_by_row(rows)
	columns = ", ".join(one.name for one in SOURCE.fields)
	found = connection.execute(
		f"select row_no, person, id_number, number_state, id_text, {columns} from rows order by row_no"
	).fetchall()
	assert found == expected
	told = connection.execute(
		"select row_no, person, label, cell, message from cell_problems order by row_no, label"
	)
	assert told.fetchall() == sorted(problems)
	states = [row[3] for row in expected if row[1] is None]
	assert read.rows == len(rows) and read.matched == len(expected) - len(states)
	assert read.states == {state: states.count(state) for state in set(states) - {reply_rows.AMBIGUOUS}}
	assert read.ambiguous == states.count(reply_rows.AMBIGUOUS) and read.problems == len(problems)


def _write(file: Path, source: Source, rows: list[tuple[str, ...]]) -> None:
	with open(file, "w", encoding="utf-8", newline="") as written:
		writer = csv.writer(written)
		writer.writerow([source.number[0], *(one.columns[0] for one in source.fields)])
		writer.writerows(rows)


def _row_by_row(rows: list[tuple[str, ...]]) -> tuple[list[tuple], list[tuple]]:
	"""What is kept of a reply and what is wrong with its cells, by the functions that read one cell."""
	kept = []
	for row_no, (text, *cells) in enumerate(rows, 1):
		reading = read_number(text)
		state = reply_rows.AMBIGUOUS if reading.number == SHARED else reading.state
		person = WHOSE.get(reading.number)
		if person or state != WHOLE:
			kept.append([row_no, person, reading.number, state, text or None, cells])
	if any(row[3] == ROUNDED for row in kept):
		for row in kept:
			if row[3] in (WHOLE, reply_rows.AMBIGUOUS) and row[2].endswith("000"):
				row[1], row[3] = None, DOUBTFUL
	problems = []
	for row in kept:
		row[5:] = [_value(one, cell, row, problems) for one, cell in zip(SOURCE.fields, row[5], strict=True)]
	return list(map(tuple, kept)), problems


def _value(one, cell: str, row: list, problems: list[tuple]):
	try:
		value = one.read(cell)
	except UnreadableCell as error:
		problems.append((row[0], row[1], one.label, names.legible(cell), str(error)))
		return None
	return names.canonical(value) or None if value and one.name == "name" else value
