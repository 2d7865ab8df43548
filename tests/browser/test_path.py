"""From an empty form to a name on next month's roll: 农村低保, through the hands of four people.

What users do is done with mouse and keyboard. Only two things happen in Python: seven days pass, and the
job that runs before the office opens is run.
"""

import frappe
from frappe.utils import add_days, add_months, get_first_day, today

from socaid_app.public_disclosure import publicity
from tests import builders
from tests.browser.people import VILLAGE_NAME

HEAD, WIFE, SON = "路长根", "冯桂芹", "路小军"


def test_a_family_comes_from_the_counter_to_next_months_roll(desk_as, staff, tmp_path):
	consent = tmp_path / "授权书.pdf"
	consent.write_bytes(b"%PDF-1.4\n%%EOF\n")

	clerk = desk_as(staff.clerk, "path-")
	clerk.shoot("工作台")
	enter_people(clerk)
	enter_household(clerk)
	case = enter_application(clerk)
	enter_authorisations(clerk, case, consent)

	officer = desk_as(staff.officer, "path-")
	accept(officer, case)
	investigate(officer, case)
	report_check(officer, case)
	give_first_opinion(officer, case)

	reviewer = desk_as(staff.reviewer, "path-")
	post_notice(reviewer, case)
	seven_days_pass(case)
	submit_for_review(officer, case)
	recommend(reviewer, case)

	approver = desk_as(staff.approver, "path-")
	confirm(approver, case)
	look_at_roll(approver)
	look_at_letter(approver, case)
	for desk in (clerk, officer, reviewer, approver):
		assert desk.page.errors == []


def enter_people(desk):
	for name, born, male in ((HEAD, "1966-02-11", True), (WIFE, "1968-08-23", False), (SON, "2010-05-30", True)):
		desk.open("List", "Recipient")
		desk.press("添加 救助对象")
		desk.fill(full_name=name, id_number=builders.case_id_number(born, male), division=VILLAGE_NAME)
		if name == HEAD:
			desk.fill(phone="13800000000").shoot("新建救助对象")
		desk.press("保存")
	desk.open("List", "Recipient").shoot("救助对象列表")


def enter_household(desk):
	desk.open("List", "Recipient Household")
	desk.press("添加 家庭")
	desk.fill(head=HEAD)
	desk.add_row("members", recipient=WIFE, kinship="配偶")
	desk.add_row("members", recipient=SON, kinship="子")
	desk.shoot("新建家庭")
	desk.save().shoot("家庭")


def enter_application(desk) -> str:
	desk.menu("新建", "救助申请")
	desk.fill(category="农村低保")
	desk.shoot("新建申请")
	return desk.save().name()


def enter_authorisations(desk, case, consent):
	pass
