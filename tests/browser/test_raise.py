"""提标 on the desk: from the standard that was approved to the roll of the next month and the calls to the families."""

import frappe
from frappe.utils import add_days, flt, getdate

from socaid_app.means_testing import what_if
from socaid_app.means_testing.batches import batch_jobs, batch_steps, raise_contacts
from tests import builders
from tests.browser.people import TOWNSHIP
from tests.browser.test_adjustment import family, roll, take, work
from tests.builders import adjustments as make

BATCH, CONTACT, STANDARD = "Adjustment Batch", raise_contacts.DOCTYPE, "Assistance Standard"


def test_a_manager_runs_a_raise_from_the_new_standard_to_the_changed_roll(desk_as, staff):
	household, benefit = family()
	make.new_standard(600)
	standard = frappe.get_last_doc(STANDARD, {"kind": "Dibao", "area": "Rural", "docstatus": 1})
	frappe.db.commit()
	made = []
	try:
		manager = desk_as(staff.county_reviewer, "raise-")
		manager.open("Form", STANDARD, standard.name).shoot("新标准")
		manager.press("测算提标").arrive("Form", what_if.SCENARIO)
		manager.fill(division=TOWNSHIP)
		manager.save().shoot("测算方案")
		scenario = manager.name()
		take(manager, "开始测算")
		frappe.db.commit()
		what_if.run(scenario)
		manager.reload().shoot("测算结果")
		assert manager.value("status") == what_if.COMPUTED and manager.value("raised") >= 1
		take(manager, "选为方案")
		manager.shoot("选为方案")

		manager.press("准备批量调整（农村低保）").arrive("Form", BATCH)
		manager.fill(limit_percent="0")
		manager.save().shoot("批次已填好")
		batch = manager.name()
		made.append(batch)
		take(manager, "预览")
		work(batch)
		manager.reload().shoot("批次预览")
		assert manager.value("standard") == standard.name and manager.value("raises") >= 1

		approver = desk_as(staff.approver, "raise-")
		approver.open("Form", BATCH, batch)
		take(approver, "批准批量调整", opinion="同意")
		work(batch)
		approver.reload().shoot("批次已执行")
		contact = frappe.get_last_doc(CONTACT, {"batch": batch, "household": household.name})
		assert roll(household, make.NEXT) == [flt(contact.amount_after)] != [flt(benefit.amount)]

		clerk = desk_as(staff.clerk, "raise-")
		clerk.open("Form", CONTACT, contact.name).shoot("提标告知")
		clerk.press("记录联系情况")
		dialog = clerk.dialog("记录联系情况")
		clerk.shoot("记录联系情况")
		clerk.press("记录联系情况", dialog)
		clerk.page.wait_for_function("() => cur_frm.doc.status === 'Family Told'")
		clerk.settle().shoot("已告知")
		clerk.open("query-report", "Standard Raise Ledger").settle().shoot("提标受理台账")
		assert [desk.page.errors for desk in (manager, approver, clerk)] == [[], [], []]
	finally:
		frappe.db.rollback()
		for batch in made:
			_take_back(batch, staff.approver)
		frappe.db.set_value(
			STANDARD,
			{
				"kind": "Dibao",
				"area": "Rural",
				"effective_to": add_days(getdate(standard.effective_from), -1),
			},
			"effective_to",
			None,
		)
		frappe.db.delete(STANDARD, {"name": standard.name})
		frappe.db.commit()


def _take_back(batch: str, user: str) -> None:
	"""Other tests find the ledger as it stood."""
	if frappe.db.get_value(BATCH, batch, "status") != "Batch Carried Out":
		return
	with builders.acting_as(user):
		batch_steps.take_back(batch, "测试结束")
	frappe.db.commit()
	batch_jobs.run(batch)
