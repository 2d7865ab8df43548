"""A file at the desk: into its box by its labels, lent and brought back with its pages counted; its label on a
phone."""

import secrets

import frappe
import pytest
from frappe.utils import add_days, today

from socaid_app.assistance_archives import labels, loans, storage
from tests import builders
from tests.browser.latin import Reader
from tests.browser.people import TOWNSHIP, VILLAGE
from tests.builders import archives as archive_builders
from tests.builders import fieldwork

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def shelved(staff):
	"""A bound file without a place, and an empty box that the archivist keeps."""
	room = archive_builders.place("Room", location_name="县民政局档案库房", custodian=staff.archivist)
	cabinet = archive_builders.place("Cabinet", room.name, location_name="甲山乡柜", division=TOWNSHIP)
	shelf = archive_builders.place("Shelf", cabinet.name, location_name="第一层")
	box = archive_builders.make_box(shelf=shelf.name, division=VILLAGE, location_name="左家村盒")
	household = fieldwork.store_household("王福贵", VILLAGE)
	number = f"0001-NB-2026-D3-{secrets.randbelow(10**4):04}"
	file = archive_builders.store_file(
		VILLAGE, title="王福贵户农村低保档案", file_number=number, household=household
	)
	frappe.db.commit()
	return frappe._dict(file=file, number=number, box=box.name, room=room.name)


def test_a_file_is_put_away_lent_and_brought_back(desk_as, staff, shelved):
	reader = Reader()
	desk = desk_as(staff.archivist, "archive-")
	desk.open("Form", "Archive File", shelved.file)
	reader.read(desk, "file without a box")
	desk.open("List", "Archive File").press("扫码入库")
	dialog = desk.dialog("扫码入库")
	for label in ("DA-2026-999999", labels.address(shelved.box), shelved.number):
		scan(desk, dialog, label)
	desk.shoot("扫码入库")
	reader.read(desk, "scanning")
	assert "没有标签为DA-2026-999999的档案或位置" in dialog.inner_text()
	desk.press("装盒入库", dialog)
	dialog.wait_for(state="hidden")
	assert frappe_value(shelved.file, "location") == shelved.box

	desk.open("Form", "Archive File", shelved.file).menu("保管", "申请借阅")
	desk.fill(borrower=(staff.county_reviewer, "周县审"), borrower_unit="社会救助股", purpose="年度复核")
	desk.fill(due_on=add_days(today(), 5)).save()
	# granted by another person than who asks for the borrower
	frappe.db.rollback()
	loan = frappe.db.get_value("Archive Loan", {"archive_file": shelved.file})
	with builders.acting_as(staff.county_approver):
		loans.grant(loan)
	frappe.db.commit()
	desk.page.reload()
	desk.page.wait_for_function("window.cur_frm?.doc?.status === 'Granted'")
	desk.settle().press("借出档案")
	desk.press("借出档案", desk.dialog("借出档案"))
	desk.page.wait_for_function("cur_frm?.doc?.status === 'Lent'")
	desk.settle().shoot("已借出")
	reader.read(desk, "lent")
	desk.press("归还验收")
	dialog = desk.dialog("归还验收")
	desk.fill(dialog, pages="9", note="缺第3页")
	reader.read(desk, "return")
	desk.press("归还验收", dialog)
	desk.page.wait_for_function("cur_frm?.doc?.status === 'Given Back'")
	desk.settle().shoot("已归还")
	assert (desk.value("condition"), bool(desk.value("issue"))) == ("Pages Missing", True)
	assert frappe_value(shelved.file, "status") == "Stored"

	desk.open("Form", "Archive Location", shelved.box).shoot("盒内档案")
	reader.read(desk, "box")
	assert shelved.number in desk.form.inner_text()
	assert desk.page.errors == []
	reader.assert_chinese()


def test_the_label_opens_the_file_on_a_phone(desk_as, staff, shelved, base_url):
	storage.shelve([shelved.file], shelved.box)
	frappe.db.commit()
	phone = desk_as(staff.officer, "archive-phone-", path=f"/a/{shelved.file}", **PHONE)
	phone.page.wait_for_function("window.cur_frm && cur_frm?.doc?.doctype === 'Archive File'")
	phone.settle().shoot("扫码查看档案")
	assert "王福贵户农村低保档案" in phone.form.inner_text()
	assert "县民政局档案库房 / 甲山乡柜 / 第一层 / 左家村盒" in phone.form.inner_text()
	assert phone.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
	assert phone.page.errors == []


def scan(desk, dialog, label: str) -> None:
	"""What a scanner does: it types and presses Enter."""
	box = desk.control("label", dialog).locator("input").first
	box.fill(label)
	box.press("Enter")
	desk.settle()


def frappe_value(file: str, field: str):
	frappe.db.rollback()
	return frappe.db.get_value("Archive File", file, field)
