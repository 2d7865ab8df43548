"""A record whose steps are a workflow: the menu offers them, and a dialog asks what becomes mandatory with one."""

import frappe
from frappe.utils import today

from tests import builders


def make_raise(user: str) -> str:
	household = builders.make_household(builders.CASE_VILLAGE, name="提标户")
	with builders.acting_as(user):
		case = frappe.get_doc(
			{
				"doctype": "Standard Raise",
				"household": household.name,
				"category": "农村低保",
				"raise_kind": "Income Fell",
				"received_on": today(),
				"proposed_amount": 300,
			}
		).insert()
	frappe.db.commit()
	return case.name


def take(desk, action: str, **values) -> None:
	before = desk.value("status")
	desk.menu("操作", action)
	if values:
		dialog = desk.dialog(action)
		desk.fill(dialog, **values)
		desk.shoot(action)
		desk.press("记录", dialog)
	desk.page.wait_for_function("before => cur_frm.doc.status !== before && !cur_frm.is_dirty()", arg=before)
	desk.settle()


def test_a_raise_is_verified_and_decided_from_the_menu_of_steps(desk_as, staff):
	name = make_raise(staff.officer)
	officer = desk_as(staff.officer, "flow-")
	officer.open("Form", "Standard Raise", name)
	take(officer, "开始核实")
	take(officer, "核实完毕", findings="务工收入减少")
	assert (officer.value("status"), officer.value("findings")) == ("Verified", "务工收入减少")
	officer.shoot("已核实")
	approver = desk_as(staff.approver, "flow-")
	approver.open("Form", "Standard Raise", name)
	take(approver, "同意", result_note="符合条件")
	assert (approver.value("status"), approver.value("result_note")) == ("Approved", "符合条件")
	approver.shoot("已同意")
	assert officer.page.errors == [] and approver.page.errors == []
