"""A roster read, understood and judged, without a site: every problem by row and column, and nothing guessed."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from socaid_app.comparison.headings import UnreadableReply
from socaid_app.moving_in import roster_columns, roster_judging, roster_reading, roster_rows, roster_words
from socaid_app.moving_in.roster_judging import Held, Home, Known, Register
from socaid_app.policy import benefit, terms
from socaid_app.policy.identity import make_check_digit
from socaid_app.policy.standards import StandardSet, read_rows, standard_from_row

TODAY = date(2026, 11, 26)
VILLAGE, OTHER, TOWN = "220422201200", "220422201201", "220422100200"
KINSHIPS = {
	"本人": "01",
	"户主": "02",
	"配偶": "10",
	"夫": "11",
	"妻": "12",
	"子": "20",
	"女": "30",
	"父亲": "51",
}
CATEGORIES = [
	roster_words.Category("城市低保", "Dibao", "Urban", "Household", "Monthly"),
	roster_words.Category("农村低保", "Dibao", "Rural", "Household", "Monthly"),
	roster_words.Category("特困-集中", "Tekun", "", "Person", "Monthly", "Centralised"),
	roster_words.Category("特困-分散", "Tekun", "", "Person", "Monthly", "Scattered"),
	roster_words.Category("低保边缘", "Edge", "", "Household", "Recognition"),
	roster_words.Category("临时-支出型", "Temporary", "", "Household", "One-off"),
]
DIVISIONS = [
	roster_words.Division("220422201000", "金州乡", "Township", "Rural"),
	roster_words.Division(VILLAGE, "德志村", "Village"),
	roster_words.Division(OTHER, "向阳村", "Village"),
	roster_words.Division("220422203000", "甲山乡", "Township", "Rural"),
	roster_words.Division("220422203200", "向阳村", "Village"),
	roster_words.Division("220422100000", "白泉镇", "Township", "Urban"),
	roster_words.Division(TOWN, "东交社区居委会", "Village"),
]


def id_number(serial: int, born: str = "19610305") -> str:
	first = f"220422{born}{serial:03d}"
	return first + make_check_digit(first)


HUSBAND, WIFE, SON = id_number(111), id_number(122, "19630709"), id_number(133, "19900101")


def vocabulary(within: str = "220422") -> roster_words.Vocabulary:
	standards = StandardSet(standard_from_row(row) for row in read_rows())
	return roster_words.Vocabulary(TODAY, KINSHIPS, CATEGORIES, DIVISIONS, standards, within)


HEADINGS = ["户编号", "姓名", "身份证号", "与户主关系", "村", "救助类别", "户月保障金额", "起始月份"]
COUPLE = [
	["1", "张国民", HUSBAND, "户主", "德志村", "农村低保", "700", "2024-03"],
	["1", "王秀英", WIFE, "妻", "德志村", "农村低保", "", ""],
]


def judged(rows, headings=HEADINGS, register=None, within="220422"):
	sheet = roster_reading._sheet(iter([headings, *rows]), None)
	found = roster_judging.households(sheet, roster_columns.guessed(sheet.headings), vocabulary(within))
	for household in found:
		roster_judging.compare(household, register or Register())
	return found


def problems(found) -> list[tuple[int, str, str]]:
	return [
		(row.row_no, problem.kind, problem.text)
		for household in found
		for row in household.rows
		for problem in row.problems
		if row.is_stopped_by(problem)
	]


def changed(place: int, column: str, text: str, rows=COUPLE, headings=HEADINGS):
	rows = [list(row) for row in rows]
	rows[place][headings.index(column)] = text
	return rows


# --- reading ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	("encoding", "delimiter"),
	[
		("gb18030", ","),
		("utf-8", ","),
		("utf-8-sig", ","),
		("utf-16", "\t"),
		("utf-16-le", "\t"),
		("gb18030", "\t"),
	],
)
def test_every_encoding_of_chinese_excel_is_read_alike(tmp_path, encoding, delimiter):
	path = tmp_path / "名册.csv"
	lines = [["低保名册"], HEADINGS, *COUPLE, ["合计", "", "", "", "", "", "700"]]
	path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
	sheet = roster_reading.read(path)
	assert sheet.headings == tuple(HEADINGS) and sheet.heading_row == 2
	assert [(record.row_no, record.cells) for record in sheet.records] == [
		(3, tuple(COUPLE[0])),
		(4, tuple(COUPLE[1])),
	]


def test_a_workbook_keeps_its_numbers_of_rows_and_months(tmp_path):
	path = tmp_path / "名册.xlsx"
	book = xlsxwriter.Workbook(str(path))
	sheet = book.add_worksheet("名册")
	month = book.add_format({"num_format": "yyyy-mm"})
	for at, heading in enumerate(HEADINGS):
		sheet.write(2, at, heading)
	for at, row in enumerate(COUPLE, 3):
		for column, cell in enumerate(row):
			if column == 7 and cell:
				sheet.write_datetime(at, column, date(2024, 3, 1), month)
			elif column == 6 and cell:
				sheet.write_number(at, column, float(cell))
			else:
				sheet.write_string(at, column, cell)
	book.close()
	read = roster_reading.read(path)
	assert read.heading_row == 3 and [record.row_no for record in read.records] == [4, 5]
	(household,) = judged([record.cells for record in read.records])
	assert household.benefits[0].start == date(2024, 3, 1) and household.benefits[0].amount == 700


def test_a_cell_with_a_formula_stops_its_row_alone_whatever_it_came_to(tmp_path):
	path = tmp_path / "公式.xlsx"
	with xlsxwriter.Workbook(str(path)) as book:
		# formulas of another sheet are nobody's; the sheet begins in its second column
		book.add_worksheet("说明").write_formula("B2", "=1/3", None, "")
		sheet = book.add_worksheet("名册")
		sheet.write_row(1, 1, HEADINGS)
		for at, row in enumerate([*COUPLE, *COUPLE], 2):
			sheet.write_row(at, 1, row)
		sheet.write_formula(3, 2, '="王"&"秀英"', None, "王秀英")
		sheet.write_formula(4, 0, "=ROW()", None, "")
	read = roster_reading.read(path, sheet="名册")
	cells = {record.row_no: record.cells for record in read.records}
	assert sorted(cells) == [3, 4, 5, 6]
	at = read.headings.index("姓名")
	assert [cells[number][at] for number in (3, 4, 5)] == [COUPLE[0][1], "=公式", COUPLE[0][1]]
	(household,) = judged([cells[3][-len(HEADINGS) :], cells[4][-len(HEADINGS) :]])
	sound, stopped = household.rows
	assert not sound.stops
	(problem,) = [one for one in stopped.problems if one.kind == roster_rows.FORMULA]
	assert problem.field == "full_name" and "显示的结果不予采用" in problem.text


def test_what_is_no_roster_is_refused_with_what_to_do(tmp_path):
	broken = tmp_path / "a.csv"
	broken.write_bytes('姓名,身份证号\r\n"张三"x,1\r\n'.encode())
	with pytest.raises(UnreadableReply, match="引号"):
		roster_reading.read(broken)
	with pytest.raises(roster_columns.ColumnsUnclear, match="身份证号"):
		roster_columns.check(["full_name", ""])


@pytest.mark.parametrize("doctype", ["roster_import_column", "roster_column_mapping"])
def test_the_form_offers_every_column_that_is_understood(doctype):
	path = Path(roster_columns.__file__).parent / "doctype" / doctype / f"{doctype}.json"
	fields = json.loads(path.read_text(encoding="utf-8"))["fields"]
	(options,) = [field["options"] for field in fields if field["fieldname"] == "meaning"]
	assert options.split("\n") == [
		"",
		*(roster_columns.WORDS[column.name] for column in roster_columns.COLUMNS),
	]


# --- rows ---------------------------------------------------------------------------------------------------------
def test_a_family_without_fault_is_one_household_with_its_shares():
	(household,) = judged(COUPLE)
	assert problems([household]) == []
	assert (household.division, household.area, household.head.name) == (VILLAGE, "Rural", "张国民")
	(granted,) = household.benefits
	assert (granted.category.name, granted.amount, granted.start) == ("农村低保", 700, date(2024, 3, 1))
	assert [(row.name, share) for row, share, *_care in granted.shares] == [
		("张国民", Decimal(350)),
		("王秀英", Decimal(350)),
	]


@pytest.mark.parametrize(
	("column", "text", "kind", "words"),
	[
		("姓名", "", roster_rows.NAME, "没有填写姓名"),
		("姓名", "12345", roster_rows.NAME, "不是姓名"),
		("身份证号", "", roster_rows.NUMBER, "没有填写"),
		("身份证号", WIFE[:17], roster_rows.NUMBER, "17位"),
		("身份证号", WIFE[:6] + "19631309" + WIFE[14:], roster_rows.NUMBER, "出生日期"),
		("身份证号", WIFE[:-1] + ("1" if WIFE[-1] != "1" else "2"), roster_rows.NUMBER, "校验码"),
		("身份证号", "2.20422196307091E+17", roster_rows.DAMAGED, "表格软件"),
		("身份证号", "220422********1221", roster_rows.DAMAGED, "遮盖"),
		("身份证号", HUSBAND, roster_rows.TWICE, "第2行"),
		("与户主关系", "", roster_rows.RELATION, "没有填写与户主关系"),
		("与户主关系", "亲属", roster_rows.RELATION, "不认识的关系"),
		("与户主关系", "夫", roster_rows.RELATION, "性别"),
		("与户主关系", "户主", roster_rows.HEAD, "2个户主"),
		("村", "无名村", roster_rows.PLACE, "没有名为"),
		("村", "", roster_rows.PLACE, "没有填写村"),
		("村", "向阳村", roster_rows.PLACE, "不止一个"),
		("村", "东交社区", roster_rows.PLACE, "不一致"),
		("救助类别", "五保", roster_rows.CATEGORY, "不认识的救助类别"),
		("救助类别", "临时-支出型", roster_rows.CATEGORY, "一次性"),
		("户月保障金额", "七百", roster_rows.AMOUNT, "不是金额"),
		("户月保障金额", "-5", roster_rows.AMOUNT, "负数"),
		("户月保障金额", "699", roster_rows.AMOUNT, "不一致"),
		("起始月份", "2027-01", roster_rows.MONTH, "未来"),
		("起始月份", "去年", roster_rows.MONTH, "不是月份"),
		("起始月份", "2024-05", roster_rows.MONTH, "不一致"),
		("姓名", "=A1", roster_rows.FORMULA, "公式"),
	],
)
def test_each_fault_stops_its_row_and_says_why(column, text, kind, words):
	found = problems(judged(changed(1, column, text)))
	assert [said for row_no, of_kind, said in found if row_no == 3 and of_kind == kind and words in said]


def test_a_stopped_member_holds_the_benefit_of_the_household_and_nothing_else():
	(household,) = judged(changed(1, "身份证号", WIFE[:17]))
	assert household.stops and [row.stops for row in household.rows] == [False, True]


def test_a_stopped_head_stops_the_household():
	(household,) = judged(changed(0, "身份证号", HUSBAND[:17]))
	assert [row.stops for row in household.rows] == [True, True]


def test_what_is_doubtful_passes_when_it_was_compared_with_the_paper():
	headings = [*HEADINGS, "已对照原件"]
	rows = [[*row, ""] for row in changed(0, "户月保障金额", "5000")]
	assert roster_rows.AMOUNT in {kind for _row, kind, _text in problems(judged(rows, headings))}
	rows = [[*row[:-1], "是"] for row in rows]
	assert problems(judged(rows, headings)) == []


def test_nobody_dead_is_written():
	headings = [*HEADINGS, "人员状态"]
	rows = [[*COUPLE[0], "正常"], [*COUPLE[1], "死亡"]]
	assert [kind for _row, kind, _text in problems(judged(rows, headings))] == [roster_rows.DEATH]


def test_same_surname_or_same_name_makes_no_household():
	rows = changed(1, "户编号", "2")
	rows[1][1] = "张国民"
	assert len(judged(rows)) == 2


def test_a_list_of_persons_makes_no_households():
	found = judged([["张国民", HUSBAND, "德志村"]], ["姓名", "身份证号", "村"])
	assert found[0].is_person and problems(found) == [] and found[0].head is None


def test_a_benefit_by_person_needs_the_amount_of_the_person():
	rows = [["1", "张国民", HUSBAND, "户主", "德志村", "特困分散供养", "611", "2025-01"]]
	(household,) = judged(rows)
	assert problems([household]) == [] and household.benefits[0].category.name == "特困-分散"
	rows[0][5] = "特困供养"
	assert "请写明" in problems(judged(rows))[0][2]


def test_a_place_outside_the_import_is_refused():
	assert "不在本次导入的范围内" in problems(judged(COUPLE, within="220422203"))[0][2]


# --- against the register -----------------------------------------------------------------------------------------
HOME = Home("HH-1", "RC-1", VILLAGE)
PAID = Held("RD-1", "农村低保", "Dibao", "HH-1", date(2024, 3, 1), Decimal(700))


def registered(**values):
	return Known("RC-1", "张国民", homes=(HOME,), **values)


def test_what_is_there_is_recognised_and_not_written_again():
	register = Register(
		{HUSBAND: registered(held=(PAID,)), WIFE: Known("RC-2", "王秀英", homes=(HOME,), held=(PAID,))},
		{"HH-1": (PAID,)},
	)
	(household,) = judged(COUPLE, register=register)
	assert problems([household]) == [] and all(row.there for row in household.rows)
	assert household.benefits[0].there == "RD-1" and household.name == "HH-1"


def test_a_corrected_row_joins_the_household_that_was_written_without_it():
	(household,) = judged(COUPLE, register=Register({HUSBAND: registered()}))
	assert problems([household]) == [] and household.name == "HH-1"
	assert [row.recipient for row in household.rows] == ["RC-1", ""] and not household.benefits[0].there


@pytest.mark.parametrize(
	("known", "kind", "words"),
	[
		(Known("RC-9", "张国名", homes=(HOME,)), roster_rows.REGISTERED, "姓名不同"),
		(Known("RC-1", "张国民", inside=False), roster_rows.REGISTERED, "范围以外"),
		(Known("RC-1", "张国民", former=True), roster_rows.REGISTERED, "旧号码"),
		(Known("RC-1", "张国民", gone="已去世"), roster_rows.DEATH, "已去世"),
		(Known("RC-1", "张国民", homes=(Home("HH-7", "RC-5", VILLAGE),)), roster_rows.ELSEWHERE, "HH-7"),
		(Known("RC-1", "张国民", homes=(Home("HH-7", "RC-1", OTHER),)), roster_rows.PLACE, "另一个村"),
		(
			Known(
				"RC-1",
				"张国民",
				held=(Held("RD-5", "特困-分散", "Tekun", "", date(2024, 1, 1), Decimal(600)),),
			),
			roster_rows.HELD,
			"只能享受一种",
		),
	],
)
def test_what_contradicts_the_register_stops(known, kind, words):
	found = problems(judged(COUPLE, register=Register({HUSBAND: known})))
	assert [said for row_no, of_kind, said in found if row_no == 2 and of_kind == kind and words in said]


def test_another_amount_of_the_same_benefit_is_no_import():
	register = Register(
		{HUSBAND: registered(held=(PAID,)), WIFE: Known("RC-2", "王秀英", homes=(HOME,))}, {"HH-1": (PAID,)}
	)
	found = problems(judged(changed(0, "户月保障金额", "650"), register=register))
	assert found and found[0][1] == roster_rows.HELD and "待遇调整" in found[0][2]


# --- whatever is written into the cells ---------------------------------------------------------------------------
@settings(max_examples=60, deadline=None)
@given(
	st.lists(
		st.tuples(
			st.sampled_from(["1", "2", ""]),
			st.sampled_from(["张国民", "王秀英", "", "李"]),
			st.sampled_from([HUSBAND, WIFE, SON, "", "123"]),
			st.sampled_from(["户主", "妻", "子", "", "??"]),
			st.sampled_from(["德志村", "向阳村", ""]),
			st.sampled_from(["农村低保", "特困-分散", "低保边缘", ""]),
			st.one_of(
				st.sampled_from(["", "700", "0"]),
				st.integers(1, 90000).map(lambda cents: f"{cents / 100:.2f}"),
			),
			st.sampled_from(["2024-03", "2024年3月", "", "x"]),
		),
		min_size=1,
		max_size=6,
	)
)
def test_every_row_is_in_one_household_and_no_cent_is_lost(rows):
	found = judged([list(row) for row in rows])
	assert sorted(row.row_no for household in found for row in household.rows) == [
		number for number, row in enumerate(rows, 2) if any(row)
	]
	for household in found:
		writes = [row for row in household.rows if not row.stops]
		assert not writes or (household.head and household.head in writes)
		assert len({row.get("id_number") for row in writes}) == len(writes)
		for granted in household.benefits:
			if granted.category.payment == terms.MONTHLY:
				assert sum(share for _row, share, *_care in granted.shares) == granted.amount > 0
		kept = [roster_rows.restored(roster_rows.stored(row)) for row in household.rows]
		assert kept == [row.values for row in household.rows]


def test_odd_cents_are_the_first_ones():
	(household,) = judged(changed(0, "户月保障金额", "700.01"))
	assert [share for _row, share, *_care in household.benefits[0].shares] == list(
		benefit.shares(Decimal("700.01"), ["a", "b"]).values()
	)
