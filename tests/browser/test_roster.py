"""A list of the old system moves in: planted errors are found by row and column, mended in the file with remarks, written
by a second person's word, seen in the registry, and taken back."""

from pathlib import Path

import frappe
import openpyxl
import xlsxwriter

from socaid_app.moving_in import roster_jobs
from socaid_app.moving_in import roster_records as rosters
from tests.browser.latin import Reader
from tests.browser.people import TOWNSHIP_NAME, VILLAGE_NAME, _user, new_name
from tests.browser.test_adjustment import take
from tests.browser.test_phone import TOO_WIDE
from tests.builders import TODAY, digits
from tests.builders import rosters as make

WIDE = {"width": 1440, "height": 900}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# As the old system calls it, which no roster has been called before.
AMOUNT = "每户每月发放"


def lines() -> list[dict]:
	found = []
	for household in ("1", "2", "3"):
		found += [
			make.row(household, new_name("陈"), make.number(), 村=VILLAGE_NAME),
			make.row(household, new_name("杨"), make.number("1963-07-09", male=False), "妻", 村=VILLAGE_NAME),
		]
	return found


def workbook(path: Path, rows: list[dict], formulas: dict[tuple[int, str], str]) -> Path:
	"""``formulas``: (number of the line, heading) → a formula in the place of what stands there."""
	heads = [AMOUNT if name == "户月保障金额" else name for name in make.HEADINGS]
	with xlsxwriter.Workbook(str(path)) as book:
		sheet = book.add_worksheet("名册")
		sheet.write_row(0, 0, heads)
		for at, row in enumerate(rows, 1):
			for column, name in enumerate(make.HEADINGS):
				value = row.get(name, "")
				if formula := formulas.get((at - 1, name)):
					sheet.write_formula(at, column, formula, None, value)
				else:
					sheet.write_string(at, column, value)
	return path


def mended(path: Path, remarked: Path, rows: list[dict]) -> Path:
	"""The file with remarks, its wrong cells written anew; the column of remarks stays as it is."""
	book = openpyxl.load_workbook(remarked)
	sheet = book.active
	for at, row in enumerate(rows, 2):
		for column, name in enumerate(make.HEADINGS, 1):
			sheet.cell(at, column).value = row.get(name, "")
	book.save(path)
	return path


def work(desk) -> None:
	"""The job, to its end."""
	frappe.db.commit()
	roster_jobs.run(desk.name())
	frappe.db.commit()
	desk.reload()


def in_trouble(desk) -> dict[int, str]:
	"""Row of the file → what the form says of it."""
	desk.page.locator(".socaid-roster-problems").wait_for()
	rows = desk.page.locator(".socaid-roster-problems tbody tr").all()
	return {int(row.locator("td").first.inner_text()): row.locator("td").last.inner_text() for row in rows}


def test_an_officer_imports_a_roster_with_planted_errors_and_mends_them(desk_as, staff, tmp_path):
	reader = Reader()
	officer = _user("data_officer", "卫数据", "Data Officer", None)
	sound = lines()
	planted = [dict(line) for line in sound]
	planted[1]["身份证号"] = planted[1]["身份证号"][:17]
	planted[2]["村"] = "没有这个村"
	planted[4]["户月保障金额"] = "七百"
	path = workbook(tmp_path / "旧系统名册.xlsx", planted, {(5, "姓名"): '=A2&"某"'})

	desk = desk_as(officer, "roster-", viewport=WIDE)
	desk.open("Workspaces", "Moving In").shoot("工作台")
	desk.open("List", rosters.DOCTYPE).shoot("名册列表")
	desk.new(rosters.DOCTYPE)
	# of which no file has been read, so that no column is remembered
	former = f"旧系统{digits()}"
	desk.fill(title="低保名册", division=(TOWNSHIP_NAME, TOWNSHIP_NAME), former_system=former)
	desk.fill(paid_through=str(TODAY))
	# attached to a new record, it is saved with it
	desk.fill(roster_file=path)
	desk.page.wait_for_function("() => !!cur_frm && !cur_frm.is_new() && cur_frm.doc.meanings.length > 0")
	desk.settle().shoot("列的含义")
	reader.read(desk, "columns")
	(unknown,) = (row.idx for row in desk_meanings(desk) if not row.meaning)
	desk.edit_row("meanings", unknown, meaning="户月保障金额（元/月）")
	desk.save()
	desk.press("检查名册")
	work(desk)
	desk.shoot("检查结果")
	reader.read(desk, "checked")
	assert (desk.value("status"), desk.value("rows_total"), desk.value("rows_stopped")) == (
		rosters.CHECKED,
		6,
		5,
	)
	said = in_trouble(desk)
	assert "身份证号：" in said[3] and "村：" in said[4] and f"{AMOUNT}：" in said[6]
	assert "姓名：是公式" in said[7]

	with desk.page.expect_download() as download:
		desk.press("下载带备注的文件")
	remarked = tmp_path / "remarks.xlsx"
	download.value.save_as(str(remarked))
	remarks = [row[-1] for row in openpyxl.load_workbook(remarked).active.iter_rows(values_only=True)]
	assert remarks[0] == "备注/问题" and all(remarks[number - 1] for number in said)
	desk.press("更正后重新检查")
	dialog = desk.dialog("更正后重新检查")
	desk.fill(dialog, corrected_file=mended(tmp_path / "更正.xlsx", remarked, sound)).shoot("更正")
	desk.press("更正后重新检查", dialog)
	desk.page.wait_for_function("() => cur_frm?.doc?.status === 'Roster Drafted'")
	desk.settle()
	# what the column means is remembered
	assert [row.heading for row in desk_meanings(desk) if not row.meaning] == ["备注/问题"]
	desk.press("检查名册")
	work(desk)
	assert (desk.value("rows_ready"), desk.value("rows_stopped")) == (6, 0)
	desk.shoot("更正后")
	take(desk, "提交复核")
	name = desk.name()

	second = desk_as(staff.county_reviewer, "roster-review-", viewport=WIDE)
	second.open("Form", rosters.DOCTYPE, name).shoot("复核")
	assert second.value("review_due_on")
	take(second, "批准并写入", opinion="抽查无误")
	work(second)
	second.shoot("已写入")
	reader.read(second, "written")
	assert (second.value("persons_written"), second.value("benefits_written")) == (6, 3)
	persons = [make.person(line["身份证号"]) for line in sound]
	assert all(persons)
	home = frappe.db.get_value("Household Member", {"recipient": persons[0]}, "parent")
	second.open("Form", "Recipient Household", home).shoot("登记簿中的家庭")
	assert second.value("head_name") == sound[0]["姓名"] and second.value("current_amount") == 700

	phone = desk_as(officer, "roster-phone-", **PHONE)
	phone.open("Form", rosters.DOCTYPE, name).shoot("名册")
	assert phone.page.evaluate(TOO_WIDE) == []

	second.open("Form", rosters.DOCTYPE, name)
	take(second, "撤销导入", return_reason="导错了文件")
	work(second)
	second.shoot("已撤销")
	reader.read(second, "undone")
	assert (second.value("status"), second.value("rows_reversed")) == (rosters.UNDONE, 6)
	assert not any(make.person(line["身份证号"]) for line in sound)
	assert [each.page.errors for each in (desk, second, phone)] == [[], [], []]
	reader.assert_chinese()


def desk_meanings(desk) -> list:
	frappe.db.rollback()
	return frappe.get_doc(rosters.DOCTYPE, desk.name()).meanings
