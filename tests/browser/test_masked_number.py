"""A click on a masked number offers the dialog that changes it."""

import frappe

from tests import builders
from tests.browser.people import VILLAGE


def test_a_masked_number_is_changed_in_a_dialog(desk_as, staff):
	person = builders.make_person(division=VILLAGE, phone="13812345678")
	frappe.db.commit()
	desk = desk_as(staff.officer, "masked-")
	desk.open("Form", "Recipient", person.name)
	desk.control("phone").locator("input").click()
	dialog = desk.page.locator(".modal.show")
	dialog.get_by_text("原登记").wait_for()
	desk.shoot("更改电话")
	desk.page.set_viewport_size({"width": 390, "height": 800})
	desk.shoot("手机")
	desk.fill(dialog, number="13998765432").press("保存", dialog)
	desk.page.wait_for_function("cur_frm.doc.phone.endsWith('5432') && !cur_frm.is_dirty()")
	frappe.db.rollback()
	assert frappe.db.get_value("Recipient", person.name, "phone") == "139****5432"
	assert not desk.page.errors
