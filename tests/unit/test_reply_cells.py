"""One cell of a reply: a value, missing, or a problem; the database understands it as Python does."""

import random
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from socaid_app.comparison import fields
from socaid_app.comparison.fields import SERIAL, Field, LayoutError, UnreadableCell, field_from

KIND = field_from(
	{"name": "a", "label": "a", "kind": "code", "codes": {"car": ["轿车", "K33", "k 33"], "truck": "货车"}},
	"",
)


def money(unit: str = "元") -> Field:
	return Field("a", "a", "money", unit=unit)


@pytest.mark.parametrize(
	"field, written, value",
	[
		(money(), "￥1,000.50元", Decimal("1000.5")),
		(money("万元"), "１.２３", Decimal(12300)),
		(money("分"), "12345", Decimal("123.45")),
		(money(), "-0.005", Decimal("-0.005")),
		(money(), " ", None),
		(Field("a", "a", "number", unit="公顷"), "2", Decimal(30)),
		(Field("a", "a", "date"), "2026年1月5日", date(2026, 1, 5)),
		(Field("a", "a", "date"), "2026/1/5 00:00:00", date(2026, 1, 5)),
		(Field("a", "a", "date", days=(SERIAL,)), "45000", date(2023, 3, 15)),
		(Field("a", "a", "truth"), "有", True),
		(KIND, " K33 ", "car"),
		(KIND, "货车", "truck"),
		(Field("a", "a", missing=("无", "/")), "无", None),
	],
)
def test_a_cell_is_read_by_its_kind_and_unit(field, written, value):
	assert field.read(written) == value


@pytest.mark.parametrize(
	"field, written, says",
	[
		(money(), "5万元", "应为金额（单位元）"),
		(money(), "1,00", "应为金额"),
		(money(), "1e5", "应为金额"),
		(money(), "1000000000000", "应为金额"),
		(Field("a", "a", "date"), "2026-02-30", "应为日期"),
		(Field("a", "a", "date"), "45000", "应为日期"),
		(Field("a", "a", "date"), "1/2/2026", "应为日期"),
		(Field("a", "a", "date"), "1849-01-01", "应为日期"),
		(Field("a", "a", "truth"), "也许", "“是”或“否”"),
		(KIND, "飞机", "不在代码表中，应为car、轿车"),
		(Field("a", "a"), "=HYPERLINK(1)", "公式"),
		(Field("a", "a"), "#N/A", "公式或表格软件的出错信息"),
	],
)
def test_what_means_nothing_is_a_problem_and_never_missing(field, written, says):
	with pytest.raises(UnreadableCell, match=says):
		field.read(written)


def test_the_database_understands_cells_as_python_does():
	dice = random.Random(2)
	written = [
		"",
		"无",
		"/",
		"=A1",
		"#N/A",
		"#号",
		"999999999999",
		"1000000000000",
		"1.",
		".5",
		"NaN",
		"0.00005",
		"-0.00015",
	]
	written += [
		"是",
		"无 ",
		"TRUE",
		"K33",
		"k  33",
		"45234",
		"2100-12-31",
		"2101-01-01",
		"2026-01-31T8:00",
		"31/12/2020",
	]
	written += [
		"".join(dice.choice("0123456789.,-+元万%/年月日 　Kk是９。·") for _ in range(dice.randint(1, 10)))
		for _ in range(800)
	]
	written += [f"{dice.randint(1840, 2110)}-{dice.randint(0, 13)}-{dice.randint(0, 32)}" for _ in range(800)]
	written += [f"{dice.uniform(-1e6, 1e6):.{dice.randint(0, 8)}f}" for _ in range(800)]
	kinds = [money(unit) for unit in fields.UNITS["money"]]
	kinds += [Field("a", "a", "number", unit=unit) for unit in ("", "%", "公顷")]
	kinds += [Field("a", "a", "date"), Field("a", "a", "date", days=("31/1/2026", "20260131", SERIAL))]
	kinds += [KIND, Field("a", "a", "truth"), Field("a", "a", missing=("无", "/"))]
	connection = duckdb.connect()
	fields.prepare(connection)
	for field in kinds:
		rows = connection.execute(
			f"""select x, {field.sql("l")}, {field.missing_sql("l")} from (
				select x, {fields.legible_sql("x")} as l from (select unnest($1) as x))""",
			[written],
		)
		for cell, value, missing in rows.fetchall():
			try:
				expected = field.read(cell)
				assert missing == (expected is None), cell
			except UnreadableCell:
				expected = None
				assert not missing, cell
			assert value == expected, (field.kind, field.unit, cell)


@pytest.mark.parametrize(
	"record, says",
	[
		({"name": "Bad", "label": "a"}, "小写字母"),
		({"name": "a", "label": ""}, "标签"),
		({"name": "a", "label": "a", "kind": "colour"}, "类型"),
		({"name": "a", "label": "a", "kind": "money", "unit": "平方米"}, "不能用于金额"),
		({"name": "a", "label": "a", "kind": "date", "days": ["1.2.26"]}, "日期写法"),
		({"name": "a", "label": "a", "kind": "code"}, "代码表"),
		(
			{"name": "a", "label": "a", "kind": "code", "codes": {"x": ["甲", "1"], "y": ["乙", "1"]}},
			"两个含义",
		),
		({"name": "a", "label": "a", "colour": 1}, "不认识的设置"),
	],
)
def test_a_layout_that_cannot_be_is_refused_with_its_field(record, says):
	with pytest.raises(LayoutError, match=says):
		field_from(record, "来源")
