"""What a clerk reads when something is refused: Chinese, what to do next, and nothing typed is lost."""

import re

import frappe
import pytest
from frappe.utils import today

from socaid_app.overrides import unavailable
from tests import builders
from tests.browser.latin import latin_words
from tests.browser.people import VILLAGE, VILLAGE_NAME, new_name

ARTICLE = re.compile(r"第\d+条")


@pytest.fixture(scope="module")
def records(staff):
	"""A person with a known number, a case without authorisations, and a case of somebody already in 特困."""
	number = builders.case_id_number("1962-03-04")
	person = builders.make_case_person(new_name("卢"), "1962-03-04", VILLAGE, id_number=number)
	household = builders.make_household(VILLAGE, name=new_name("尤"))
	found = frappe._dict(number=number, person=person, case=builders.make_application(staff))
	found.relieved = relieved_household(household, staff)
	frappe.db.commit()
	return found


def relieved_household(household, staff):
	"""A case for 低保 that waits for its confirmation, while the head has meanwhile been granted 特困."""
	members = [{"recipient": row.recipient, "kinship": row.kinship} for row in household.members]
	case = builders.make_application(
		staff, applicant=household.head, household=household.name, members=members, incomes=[]
	)
	case = builders.advance_to(case, "Awaiting Confirmation", staff)
	builders.grant_benefit(household, category="特困-分散", start=today())
	return case


def test_a_person_who_cannot_be_entered(desk_as, staff, records):
	desk = desk_as(staff.clerk, "errors-person-")
	desk.open("List", "Recipient").press("添加 救助对象")
	dialog = desk.dialog("新建 救助对象")
	name, number = new_name("卢"), builders.case_id_number("1990-01-02")
	wrong = number[:-1] + ("1" if number[-1] != "1" else "2")

	desk.fill(dialog, full_name=name, id_number=wrong).press("保存", dialog)
	assert "所在村" in refusal(desk, "缺少必填项")
	desk.fill(dialog, division=VILLAGE_NAME).press("保存", dialog)
	assert "校验码" in refusal(desk, "身份证号校验码不符")
	assert typed(desk, dialog, "full_name", "id_number") == [name, wrong]

	desk.fill(dialog, id_number=records.number).press("保存", dialog)
	text = refusal(desk, "身份证号已登记")
	assert records.person.full_name in text and records.person.name in text
	assert typed(desk, dialog, "full_name", "division") == [name, VILLAGE_NAME]

	desk.fill(dialog, id_number=number).press("保存", dialog)
	dialog.wait_for(state="hidden")
	frappe.db.rollback()
	assert frappe.db.exists("Recipient", {"full_name": name})
	assert desk.page.errors == []


def test_the_database_is_away_while_somebody_saves(desk_as, staff, records):
	desk = desk_as(staff.clerk, "errors-away-")
	desk.open("List", "Recipient").press("添加 救助对象")
	dialog = desk.dialog("新建 救助对象")
	name = new_name("卢")
	number = builders.case_id_number("1991-02-03")
	desk.fill(dialog, full_name=name, division=VILLAGE_NAME, id_number=number)
	away = unavailable.answer({"PATH_INFO": "/api/method/x", "REQUEST_METHOD": "POST"})
	desk.page.route(
		lambda url: "save" in url,
		lambda route: route.fulfill(
			status=away.status_code, headers=dict(away.headers), body=away.get_data(as_text=True)
		),
	)
	desk.press("保存", dialog)
	assert "这一步没有保存" in refusal(desk, "数据库不在")
	# given back: the same dialog is saved
	desk.page.unroute_all()
	assert typed(desk, dialog, "full_name", "id_number") == [name, number]
	desk.press("保存", dialog)
	dialog.wait_for(state="hidden")
	frappe.db.rollback()
	assert frappe.db.exists("Recipient", {"full_name": name})


def test_an_application_with_something_missing(desk_as, staff, records):
	desk = desk_as(staff.clerk, "errors-application-")
	desk.new("Assistance Application")
	desk.fill(need_text="户主患慢性病，收入减少。", cause="疾病").press("保存", desk.form)
	text = refusal(desk, "申请缺少必填项")
	assert "救助类别" in text and "申请人" in text
	assert desk.value("need_text") == "户主患慢性病，收入减少。" and desk.value("cause") == "Illness"


def test_steps_that_are_not_open(desk_as, staff, records):
	officer = desk_as(staff.officer, "errors-step-officer-")
	officer.open("Form", "Assistance Application", records.case.name).step("受理", "材料齐全，同意受理")
	text = refusal(officer, "没有授权")
	assert "授权书" in text and ARTICLE.search(text) and "请" in text
	officer.reload()
	assert officer.value("workflow_state") == "Draft"
	# the words are there when the step is tried again
	officer.menu("操作", "受理")
	dialog = officer.page.locator(".modal.show").last
	dialog.wait_for(state="visible")
	assert dialog.locator('[data-fieldname="opinion"] textarea').input_value() == "材料齐全，同意受理"

	clerk = desk_as(staff.clerk, "errors-step-clerk-")
	clerk.open("Form", "Assistance Application", records.case.name).step("受理", "同意")
	text = refusal(clerk, "录入人不能受理")
	assert "录入" in text and "请由另一名" in text

	reviewer = desk_as(staff.reviewer, "errors-step-reviewer-")
	reviewer.open("Form", "Assistance Application", records.relieved.name).step("确认", "同意")
	text = refusal(reviewer, "复审人不能终审")
	assert "复审人" in text and "请由另一名" in text

	approver = desk_as(staff.approver, "errors-step-approver-")
	approver.open("Form", "Assistance Application", records.relieved.name).step("确认", "同意")
	text = refusal(approver, "低保与特困")
	assert "特困" in text and ARTICLE.search(text) and "请先" in text
	assert approver.reload().value("workflow_state") == "Awaiting Confirmation"


def test_a_record_of_another_township(desk_as, staff, records):
	"""Whoever follows an address into another township reads no name, in no part of the page."""
	desk = desk_as(staff.neighbour, "errors-neighbour-")
	for doctype, record in (("Recipient", records.person), ("Assistance Application", records.case)):
		link = desk.page.evaluate("record => frappe.utils.get_form_link(...record)", [doctype, record.name])
		desk.page.goto(link)
		desk.settle()
		name = record.get("full_name") or record.applicant_name
		assert name not in desk.page.content() + desk.page.title()
		text = refusal(desk, f"他乡 {doctype}", account=staff.neighbour)
		assert record.name in text and "权限" in text and "县" in text


# --- reading ------------------------------------------------------------------------------------------
def refusal(desk, picture, account=""):
	"""The text of the message in front, in Chinese save for the clerk's own account; the message is closed."""
	box = desk.page.locator(".modal.show").filter(has=desk.page.locator(".msgprint")).last
	box.wait_for(state="visible")
	desk.settle()
	desk.shoot(picture)
	text = box.inner_text().replace(account, "")
	assert latin_words(text) == [], text
	assert "undefined" not in text and re.search("[\u4e00-\u9fff]", text)
	box.locator(".btn-modal-close:visible, .modal-header .close:visible").first.click()
	box.wait_for(state="hidden")
	return text


def typed(desk, dialog, *fields):
	return [desk.control(field, dialog).locator("input").input_value() for field in fields]
