"""Divisions and staff from a file: each row is judged by itself, and what is there stays as it is."""

import pytest

from socaid_app.moving_in import division_files, staff_files
from socaid_app.moving_in.division_files import REFUSED, THERE, TO_WRITE

COUNTY = "220422000000"
KNOWN = {COUNTY: "东辽县", "220422100000": "白泉镇", "220422100201": "东村"}


def divisions(*rows):
	cells = [dict(zip(("code", "division_name", "level", "area"), row, strict=False)) for row in rows]
	return division_files.judge([{"row": at, **cell} for at, cell in enumerate(cells, 1)], KNOWN, COUNTY)


def test_new_places_are_written_parents_first_wherever_they_stand():
	found = divisions(
		("220422101201", "西村", "村", "农村"), ("220422101", "渭津镇", "乡镇"), ("220422100201", "东村")
	)
	assert [one.outcome for one in found] == [TO_WRITE, TO_WRITE, THERE]
	village, town, _there = found
	assert village.values["parent_administrative_division"] == town.values["code"] == "220422101000"
	assert (village.values["level"], village.values["area"], village.values["is_group"]) == (
		"Village",
		"Rural",
		0,
	)
	assert (town.values["level"], town.values["is_group"]) == ("Township", 1)


@pytest.mark.parametrize(
	"row, says",
	[
		(("2.20422E+11", "西村"), "设为“文本”"),
		(("22042210020", "西村"), "12位数字"),
		(("220422100202", ""), "没有写名称"),
		(("220421100202", "西村"), "不属于本县"),
		(("220422199202", "西村"), "上级区划220422199000不存在"),
		(("220422100202", "西村", "乡镇"), "与代码不符"),
		(("220422100202", "西村", "组"), "不认识"),
		(("220422100202", "西村", "村", "郊区"), "城镇或者农村"),
	],
)
def test_a_row_that_contradicts_itself_is_refused_in_words(row, says):
	(one,) = divisions(row)
	assert one.outcome == REFUSED and says in one.remark and not one.values


def test_a_code_that_stands_twice_is_refused_once_and_another_name_changes_nothing():
	first, second = divisions(("220422100202", "西村"), ("220422100202", "南村"))
	assert (first.outcome, second.outcome) == (TO_WRITE, REFUSED) and "第1行" in second.remark
	(renamed,) = divisions(("220422100201", "新东村"))
	assert renamed.outcome == THERE and "东村" in renamed.remark


ROLES = {
	"乡镇经办人员": "Township Officer",
	"Township Officer": "Township Officer",
	"县级审核人员": "County Reviewer",
	"社会救助管理员": "Socaid Administrator",
}
PLACES = {
	"白泉镇": ["220422100000"],
	"220422100000": ["220422100000"],
	"东村": ["220422100201", "220422101201"],
}


def staff(*rows):
	cells = [dict(zip(("full_name", "account", "roles", "division"), row, strict=False)) for row in rows]
	return staff_files.judge(
		[{"row": at, **cell} for at, cell in enumerate(cells, 1)],
		{"old@example.invalid": "王芳"},
		ROLES,
		PLACES,
		("County Reviewer",),
	)


def test_an_account_has_the_roles_and_the_place_that_the_list_says():
	first, second = staff(
		("李 强", " LI-qiang@example.invalid", "乡镇经办人员", "白泉镇"),
		("赵敏", "zhao@example.invalid", "县级审核人员"),
	)
	assert first.values["roles"] == ["Township Officer"] and first.values["division"] == "220422100000"
	assert (first.values["first_name"], first.values["email"]) == ("李强", "li-qiang@example.invalid")
	assert second.outcome == TO_WRITE and second.values["division"] is None


def test_an_account_that_is_there_is_never_changed():
	same, other = staff(
		("王芳", "old@example.invalid", "县级审核人员"), ("王方", "old@example.invalid", "县级审核人员")
	)
	assert (same.outcome, other.outcome) == (THERE, THERE) and "核对账号" in other.remark
	assert not same.values


@pytest.mark.parametrize(
	"row, says",
	[
		(("", "a@example.invalid", "县级审核人员"), "没有写姓名"),
		(("李强", "liqiang", "县级审核人员"), "邮箱"),
		(("李强", "a@example.invalid", ""), "没有写岗位"),
		(("李强", "a@example.invalid", "局长"), "不认识，应为：乡镇经办人员"),
		(("李强", "a@example.invalid", "社会救助管理员"), "逐个授予"),
		(("李强", "a@example.invalid", "乡镇经办人员"), "要写所属地区"),
		(("李强", "a@example.invalid", "乡镇经办人员", "红旗镇"), "没有找到"),
		(("李强", "a@example.invalid", "乡镇经办人员", "东村"), "有2个"),
	],
)
def test_who_cannot_have_an_account_is_told_why(row, says):
	(one,) = staff(row)
	assert one.outcome == REFUSED and says in one.remark and not one.values


def test_one_account_is_nobody_elses():
	first, second = staff(
		("李强", "a@example.invalid", "县级审核人员"), ("赵敏", "A@example.invalid", "县级审核人员")
	)
	assert (first.outcome, second.outcome) == (TO_WRITE, REFUSED) and "第1行" in second.remark
