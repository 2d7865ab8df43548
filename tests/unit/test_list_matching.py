"""A list of another body against the ledger: what is only here, only there and different is exactly what was planted."""

from decimal import Decimal

import pytest
import xlsxwriter

from socaid_app.comparison import engine
from socaid_app.comparison.headings import UnreadableReply
from socaid_app.moving_in import list_matching as matching
from socaid_app.moving_in import list_reading as reading
from socaid_app.moving_in.list_matching import (
	BENEFIT,
	DIFFERENT,
	FAMILY,
	IDENTITY,
	ONLY_HERE,
	ONLY_THERE,
	TWICE,
	UNKNOWN,
	Said,
	compare,
)

LAYOUT = reading.ListLayout(
	{
		reading.NAME: ("姓名",),
		reading.ID_NUMBER: ("身份证号", "证件号码"),
		reading.CATEGORY: ("救助类型",),
		reading.AMOUNT: ("月保障金",),
		reading.ACCOUNT: ("账号",),
		reading.DIVISION: ("村",),
		reading.MEMBERS: ("人口",),
		reading.STATE: ("状态",),
	},
	frozenset({reading.ACCOUNT, reading.DIVISION, reading.MEMBERS, reading.STATE}),
	{"低保": "农村低保", "农低": "农村低保", "五保": "分散特困"},
)
HEAD = "姓名,证件号码,救助类型,月保障金,账号,村,人口,状态"
ALL = LAYOUT.headings.keys()


@pytest.fixture(scope="module")
def connection():
	yield (connection := engine.start())
	connection.close()


def written(tmp_path, *lines: str, encoding: str = "utf-8", head: str = HEAD):
	path = tmp_path / "list.csv"
	path.write_bytes("\n".join([head, *lines]).encode(encoding))
	return path


def said(key: str, **values) -> Said:
	return Said(key, **{"name": "李国强", "category": "农村低保", "amount": Decimal("260.00")} | values)


# --- reading -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_list_is_read_in_every_encoding_excel_writes(connection, tmp_path, encoding):
	path = written(
		tmp_path,
		'李 国强,22042219400101000８,农低,"1,260.5",6228 4811 2233 4455,向阳村,3人,正常',
		",,,,,,,",
		"合计,,,1260.5,,,,",
		encoding=encoding,
	)
	found = reading.read(connection, path, LAYOUT)
	(line,) = found.lines
	assert (line.name, line.number, line.category, line.amount) == (
		"李国强",
		"220422194001010008",
		"农村低保",
		Decimal("1260.50"),
	)
	assert (line.account, line.division, line.members, line.dead) == ("6228481122334455", "向阳村", 3, False)
	assert found.said == set(ALL)


def test_a_workbook_says_the_same_and_a_column_that_may_lack_is_not_compared(connection, tmp_path):
	path = tmp_path / "list.xlsx"
	with xlsxwriter.Workbook(str(path)) as book:
		sheet = book.add_worksheet("名册")
		sheet.write_row(0, 0, ["2026年11月发放名单"])
		sheet.write_row(2, 0, ["姓名", "身份证号", "救助类型", "月保障金"])
		sheet.write_row(3, 0, ["李国强", "220422194001010008", "五保", 680])
	found = reading.read(connection, path, LAYOUT)
	assert found.said == {reading.NAME, reading.ID_NUMBER, reading.CATEGORY, reading.AMOUNT}
	assert (found.lines[0].category, found.lines[0].amount) == ("分散特困", Decimal("680.00"))


@pytest.mark.parametrize(
	"line, says",
	[
		("李国强,220422194001010008,补助,260,,,,", "数据第1行“救助类别”：“补助”"),
		("李国强,220422194001010008,低保,两百,,,,", "数据第1行“金额”：“两百”"),
		("李国强,220422194001010008,低保,260,6.22848E+15,,,", "账号被表格软件改掉了"),
		("李国强,220422194001010008,低保,260,,,,不详", "数据第1行“在世或者去世”：“不详”"),
	],
)
def test_what_cannot_be_read_refuses_the_file_with_its_place(connection, tmp_path, line, says):
	with pytest.raises(UnreadableReply, match="无法识别") as refused:
		reading.read(connection, written(tmp_path, line), LAYOUT)
	assert says in str(refused.value)


def test_a_column_that_must_be_there_refuses_the_file(connection, tmp_path):
	path = written(tmp_path, "李国强,220422194001010008,低保", head="姓名,证件号码,救助类型")
	with pytest.raises(UnreadableReply, match="金额"):
		reading.read(connection, path, LAYOUT)


def test_numbers_that_a_spreadsheet_cut_are_nobodys_and_cast_doubt_on_others(connection, tmp_path):
	path = written(
		tmp_path,
		"张一,2.20422E+17,低保,260,,,,",
		"张二,220422194001012000,低保,260,,,,",
		"张三,220422194001010008,低保,260,,,,",
	)
	found = reading.read(connection, path, LAYOUT)
	assert [line.is_whole for line in found.lines] == [False, False, True]


def test_lines_that_name_nobody_are_told_by_their_place(connection, tmp_path):
	found = reading.read(connection, written(tmp_path, ",,低保,260,,,,"), LAYOUT)
	assert found.lines == () and found.nobody == (1,)


# --- matching ------------------------------------------------------------------------------------------------------
def test_planted_differences_are_found_and_nothing_else():
	ours = [
		said("equal"),
		said("gone", name="王秀英"),
		said("amount"),
		said("name"),
		said("category"),
		said("family", division="向阳村", members=3),
		said("dead", dead=True),
		said("account", account="6228481122334455"),
		said("spelled", name="买买提·阿布都", division="红旗村", address="辽源市东丰县红旗村三组12号"),
	]
	theirs = [
		said("equal"),
		said("new", name="赵铁柱"),
		said("amount", amount=Decimal("300.00")),
		said("name", name="李国祥"),
		said("category", category="分散特困"),
		said("family", division="红旗村委会", members=4),
		said("dead"),
		said("account", account="6228481122334466"),
		said("", name="王秀英", row=9),
		said("spelled", name="买买提 阿布都", division="东丰镇红旗村民委员会", address="红旗村三组12号"),
	]
	found = compare(theirs, ours, ALL | {reading.ADDRESS})
	planted = {
		(ONLY_HERE, BENEFIT, "gone", ()),
		(ONLY_THERE, BENEFIT, "new", ()),
		(UNKNOWN, IDENTITY, "", ()),
		(DIFFERENT, BENEFIT, "amount", (reading.AMOUNT,)),
		(DIFFERENT, IDENTITY, "name", (reading.NAME,)),
		(DIFFERENT, BENEFIT, "category", (reading.CATEGORY,)),
		(DIFFERENT, FAMILY, "family", (reading.DIVISION, reading.MEMBERS)),
		(DIFFERENT, IDENTITY, "dead", (reading.STATE,)),
		(DIFFERENT, BENEFIT, "account", (reading.ACCOUNT,)),
	}
	assert {
		(one.kind, one.aspect, (one.theirs or one.ours).key, one.contents) for one in found.differences
	} == planted
	assert len(found.differences) == len(planted)
	assert {one.key for one in found.equal} == {"equal", "spelled"}
	# somebody of the same name is told, and joined with nobody
	(gone,) = (one for one in found.differences if one.kind == ONLY_HERE)
	assert gone.namesakes == (9,)


def test_what_the_list_leaves_blank_it_does_not_deny():
	found = compare([said("a", amount=None, name="")], [said("a")], ALL)
	assert not found.differences and len(found.equal) == 1


def test_a_column_the_list_does_not_have_is_not_compared():
	found = compare([said("a", amount=Decimal(1))], [said("a")], {reading.NAME})
	assert not found.differences


def test_of_several_benefits_each_line_finds_its_own():
	ours = [said("a"), said("a", category="分散特困", amount=Decimal(680))]
	theirs = [said("a", category="分散特困", amount=Decimal(690)), said("a"), said("a")]
	found = compare(theirs, ours, ALL)
	assert sorted((one.kind, one.contents) for one in found.differences) == [
		(DIFFERENT, (reading.AMOUNT,)),
		(TWICE, ()),
	]


def test_a_benefit_that_the_list_is_not_about_is_missed_by_nobody():
	other = said("a", category="临时救助", expected=False)
	assert not compare([], [other], ALL).differences
	assert [one.kind for one in compare([said("b")], [other], ALL).differences] == [ONLY_THERE]


def test_what_differs_of_the_dead_is_told_whatever_columns_there_are():
	assert [
		one.contents for one in compare([said("a")], [said("a", dead=True)], {reading.NAME}).differences
	] == [(reading.STATE,)]
	assert [one.contents for one in compare([said("a", dead=True)], [said("a")], ALL).differences] == [
		(reading.STATE,)
	]
	# who died in the month itself is paid for it, and the list may say either
	for dead in (True, None):
		assert not compare([said("a", dead=dead)], [said("a", dead=None)], ALL).differences


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_lines_changes_nothing(order):
	ours = [said(f"k{at}", amount=Decimal(at)) for at in range(20)]
	theirs = [said(f"k{at}", amount=Decimal(at + (at % 5 == 0))) for at in range(3, 23)]
	found = compare(theirs[::order], ours[::-order], ALL)
	assert {(one.kind, (one.theirs or one.ours).key) for one in found.differences} == {
		*((ONLY_HERE, f"k{at}") for at in range(3)),
		*((ONLY_THERE, f"k{at}") for at in range(20, 23)),
		*((DIFFERENT, f"k{at}") for at in (5, 10, 15)),
	}


def test_what_a_side_says_is_told_by_its_labels():
	side = said("a", dead=True, members=3)
	assert matching.values(
		side, (reading.NAME, reading.STATE, reading.MEMBERS, reading.ADDRESS), reading.LABELS
	) == [
		"姓名：李国强",
		"在世或者去世：去世",
		"家庭人口：3",
	]
