"""An officer moves a list of the old system in: planted errors are found, mended in the file with remarks, and imported."""

import frappe

from socaid_app.moving_in import roster_records as rosters
from tests.browser.people import TOWNSHIP, VILLAGE, _user, new_name
from tests.builders import TODAY
from tests.builders import rosters as make


def people():
	officer = _user("data_officer", "卫数据", "Data Officer", None)
	reviewer = _user("county_reviewer", "周县审", "County Reviewer", None)
	frappe.db.commit()
	return officer, reviewer


def lines() -> list[dict]:
	found = []
	for household in ("1", "2", "3"):
		found += [
			make.row(household, new_name("陈"), make.number(), 村=VILLAGE),
			make.row(household, new_name("杨"), make.number("1963-07-09", male=False), "妻", 村=VILLAGE),
		]
	return found


def attach(desk, path) -> None:
	"""Choose the file in the dialog of the Attach field."""
	desk.page.locator(".page-container:visible [data-fieldname=roster_file] button").first.click()
	dialog = desk.page.locator(".modal.show").last
	dialog.wait_for(state="visible")
	with desk.page.expect_file_chooser() as chooser:
		dialog.locator(".btn-file-upload").first.click()
	chooser.value.set_files(str(path))
	dialog.locator(".btn-modal-primary").click()
	desk.page.wait_for_function("() => !!cur_frm.doc.roster_file && !document.querySelector('.modal.show')")
	desk.settle()


def arrives_at(desk, status: str) -> None:
	"""The job is done, and the form shows it."""
	for _look in range(60):
		frappe.db.rollback()
		if frappe.db.get_value(rosters.DOCTYPE, desk.name(), "status") == status:
			break
		desk.page.wait_for_timeout(500)
	desk.reload()
	assert desk.value("status") == status


def test_an_officer_imports_a_roster_with_planted_errors_and_mends_them(desk_as, staff, tmp_path):
	officer, reviewer = people()
	sound = lines()
	planted = [dict(line) for line in sound]
	planted[1]["身份证号"] = planted[1]["身份证号"][:17]
	planted[2]["村"] = "没有这个村"
	planted[4]["户月保障金额"] = "七百"
	path = tmp_path / "旧系统名册.csv"
	path.write_bytes(make.as_csv(planted))

	desk = desk_as(officer, "roster-")
	desk.new(rosters.DOCTYPE)
	desk.fill(title="低保名册", division=TOWNSHIP, former_system="旧系统", paid_through=str(TODAY))
	attach(desk, path)
	desk.save().shoot("上传名册")
	desk.press("检查名册")
	arrives_at(desk, rosters.CHECKED)
	desk.shoot("检查结果")
	assert desk.value("rows_stopped") >= 3 and desk.value("rows_ready") >= 1
	desk.page.locator(".socaid-roster-problems").wait_for()
	with desk.page.expect_download() as download:
		desk.press("下载带备注的文件")
	remarked = tmp_path / "remarks.xlsx"
	download.value.save_as(str(remarked))
	assert remarked.stat().st_size > 1000

	desk.press("更正后重新检查")
	desk.page.wait_for_function("() => cur_frm.doc.status === 'Roster Drafted'")
	desk.settle()
	mended = tmp_path / "更正.csv"
	mended.write_bytes(make.as_csv(sound, encoding="utf-8-sig"))
	desk.page.evaluate("() => cur_frm.set_value('roster_file', null)")
	attach(desk, mended)
	desk.save()
	desk.press("检查名册")
	arrives_at(desk, rosters.CHECKED)
	assert (desk.value("rows_ready"), desk.value("rows_stopped")) == (6, 0)
	desk.press("提交复核")
	desk.page.wait_for_function("() => cur_frm.doc.status === 'Roster Handed Over'")
	name = desk.name()

	second = desk_as(reviewer, "roster-")
	second.open("Form", rosters.DOCTYPE, name).shoot("复核")
	second.press("批准并写入")
	dialog = second.dialog("批准并写入")
	second.fill(dialog, opinion="抽查无误")
	second.press("批准并写入", dialog)
	arrives_at(second, rosters.WRITTEN)
	second.shoot("已写入")
	assert (second.value("persons_written"), second.value("benefits_written")) == (6, 3)
	assert all(make.person(line["身份证号"]) for line in sound)
	assert desk.page.errors == [] and second.page.errors == []
