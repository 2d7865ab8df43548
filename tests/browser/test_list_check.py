"""A township's clerk holds a list against the ledger, and works off what differs; a colleague closes it and signs."""

from pathlib import Path

import frappe
import pytest

from socaid_app.moving_in import list_comparing
from tests.browser.latin import Reader
from tests.browser.people import _user, new_name
from tests.browser.test_phone import TOO_WIDE
from tests.builders import reconciliations as make

WIDE = {"width": 1440, "height": 900}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def families(staff):
	"""In a township that no other test writes to: one that the list forgets, and one of which it says something else."""
	village = make.village()
	found = make.family(new_name("冯"), 400, village), make.family(new_name("蒋"), 500, village)
	frappe.db.commit()
	yield found
	frappe.db.rollback()


def test_a_list_is_read_in_and_what_differs_comes_to_its_end(desk_as, families, tmp_path: Path):
	officer = _user("list_officer", "孙经办", "Township Officer", make.TOWNSHIP)
	approver = _user("list_approver", "韩审批", "Township Approver", make.TOWNSHIP)
	forgotten, wrong = families
	stranger = make.stranger(new_name("沈"))
	reader = Reader()
	path = tmp_path / "救助名单.xlsx"
	path.write_bytes(make.workbook(make.listed(wrong, amount="550"), stranger))
	place = frappe.db.get_value("Administrative Division", make.TOWNSHIP, "division_name")
	desk = desk_as(officer, "lists-", viewport=WIDE)
	desk.new(make.RECONCILIATION)
	desk.fill(layout=(make.SENT_BY_TOWNSHIP, make.SENT_BY_TOWNSHIP), division=(place, place))
	desk.fill(month=str(make.MONTH), scheme_group="最低生活保障", sent_by="村委会")
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
	assert done.status == "List Compared"
	# what earlier runs have left there is not in the list either
	mine = {forgotten.recipient_name, wrong.recipient_name, stranger["name"]}
	found = {one.kind: one for one in make.differences(done) if one.person_name in mine}
	assert set(found) == {"Only in the Register", "Differs", "Only in the List"}
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

	other = desk_as(approver, "lists-close-", viewport=WIDE)
	other.open("Form", make.DIFFERENCE, found["Differs"].name).press("办结差异")
	dialog = other.dialog("办结差异")
	other.press("办结差异", dialog)
	other.page.wait_for_function("cur_frm?.doc?.status === 'Difference Ended'")
	other.settle().shoot("已办结")
	reader.read(other, "ended")
	other.open("query-report", "No-omission Report").shoot("无遗漏报告")
	told = [
		row for row in other.page.evaluate("frappe.query_report.data") if row.get("reconciliation") == name
	]
	assert [(row["differences"], row["ended"], row["waiting"]) for row in told] == [
		(done.differences_count, 1, done.differences_count - 1)
	]
	reader.read(other, "report")
	other.open("Workspaces", "Moving In").shoot("工作台")
	reader.read(other, "workspace")
	assert other.page.errors == []

	phone = desk_as(officer, "lists-phone-", **PHONE)
	for route in (
		("Form", make.RECONCILIATION, name),
		("Form", make.DIFFERENCE, found["Only in the List"].name),
	):
		phone.open(*route).shoot(route[1])
		assert phone.page.evaluate(TOO_WIDE) == []
	reader.assert_chinese()
