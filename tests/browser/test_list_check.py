"""A township's clerk holds a list against the ledger, and works off what differs; a colleague closes it and signs."""

from pathlib import Path

import frappe
import pytest

from socaid_app.moving_in import list_comparing
from tests.browser.latin import Reader
from tests.browser.test_phone import TOO_WIDE
from tests.builders import reconciliations as make

WIDE = {"width": 1440, "height": 900}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# A village of the staff's township that no other test compares.
VILLAGE = "220422201299"


@pytest.fixture
def village(staff):
	if not frappe.db.exists("Administrative Division", VILLAGE):
		frappe.get_doc(
			{
				"doctype": "Administrative Division",
				"code": VILLAGE,
				"division_name": "清河村",
				"level": "Village",
				"area": "Rural",
				"parent_administrative_division": "220422201000",
			}
		).insert()
	make.family("冯家", 400, VILLAGE)
	wrong = make.family("蒋家", 500, VILLAGE)
	frappe.db.commit()
	yield wrong
	frappe.db.rollback()


def test_a_list_is_read_in_and_what_differs_comes_to_its_end(desk_as, staff, village, tmp_path: Path):
	reader = Reader()
	path = tmp_path / "清河村救助名单.xlsx"
	path.write_bytes(make.workbook(make.listed(village, amount="550"), make.stranger("沈外来")))
	desk = desk_as(staff.officer, "lists-", viewport=WIDE)
	desk.new(make.RECONCILIATION)
	desk.fill(layout=(make.SENT_BY_TOWNSHIP, make.SENT_BY_TOWNSHIP), division=("清河村", "清河村"))
	desk.fill(month=str(make.MONTH), scheme_group="低保", sent_by="清河村委会")
	desk.save().shoot("新建核对")
	name = desk.name()
	desk.press("读取名单")
	dialog = desk.dialog("读取名单")
	desk.fill(dialog, list_file=path).shoot("交入名单")
	desk.press("读取名单", dialog)
	frappe.db.commit()
	list_comparing.read(name)
	frappe.db.commit()
	desk.reload().shoot("已核对")
	frappe.db.rollback()
	done = frappe.get_doc(make.RECONCILIATION, name)
	assert (done.status, done.differences_count) == ("List Compared", 3)
	found = {one.kind: one for one in make.differences(done)}
	for one in found.values():
		frappe.db.set_value("User", one.officer, {"first_name": "孙经办", "full_name": "孙经办"})
	frappe.db.commit()
	desk.open("List", make.DIFFERENCE).shoot("差异列表")
	desk.open("Form", make.DIFFERENCE, found["Differs"].name).shoot("差异")
	reader.read(desk, "difference")
	desk.press("登记核对")
	dialog = desk.dialog("登记核对")
	desk.fill(dialog, check_result="档案中本月金额为500元，名单用的是旧表").shoot("登记核对")
	desk.press("登记核对", dialog)
	desk.page.wait_for_function("cur_frm?.doc?.status === 'Difference Checked'")
	desk.settle().shoot("已核对的差异")
	desk.press("登记处理")
	dialog = desk.dialog("登记处理")
	desk.fill(dialog, measure="名单有误，已告知来源单位", measure_note="已通知村委会更正", evidence=path)
	desk.shoot("登记处理")
	desk.press("登记处理", dialog)
	desk.page.wait_for_function("cur_frm?.doc?.status === 'Measure Taken'")
	assert desk.page.errors == []

	other = desk_as(staff.reviewer, "lists-close-", viewport=WIDE)
	other.open("Form", make.DIFFERENCE, found["Differs"].name).press("办结差异")
	dialog = other.dialog("办结差异")
	other.press("办结差异", dialog)
	other.page.wait_for_function("cur_frm?.doc?.status === 'Difference Ended'")
	other.settle().shoot("已办结")
	reader.read(other, "ended")
	other.open("query-report", "No-omission Report").shoot("无遗漏报告")
	reader.read(other, "report")
	other.open("Workspaces", "Moving In").shoot("工作台")
	reader.read(other, "workspace")
	assert other.page.errors == []

	phone = desk_as(staff.officer, "lists-phone-", **PHONE)
	for route in (
		("Form", make.RECONCILIATION, name),
		("Form", make.DIFFERENCE, found["Only in the List"].name),
	):
		phone.open(*route).shoot(route[1])
		assert phone.page.evaluate(TOO_WIDE) == []
	reader.assert_chinese()
