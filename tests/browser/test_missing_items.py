"""What a case still lacks is a button that leads to where it is mended."""

import frappe

from tests import builders


def test_a_missing_item_leads_to_its_field_and_to_the_record_that_is_to_be_made(desk_as, staff):
	team = builders.make_team()
	case = builders.make_application(team, applicant_signed=0, no_property=0, division="220422201205")
	frappe.db.commit()
	desk = desk_as(staff.officer, "missing-")
	desk.open("Form", "Assistance Application", case.name)
	missing = desk.page.locator(".socaid-missing:visible")
	missing.locator(".socaid-breach").first.wait_for()
	# the facts come before what is connected with them
	facts, links = (
		desk.page.locator("[data-fieldname=category]:visible").first,
		desk.page.locator(".form-links:visible"),
	)
	assert facts.bounding_box()["y"] < links.bounding_box()["y"]
	desk.shoot("还缺什么")
	# a field named in the sentence
	missing.get_by_role("button", name="申请人已签字").click()
	desk.page.locator("[data-fieldname=applicant_signed].socaid-mend-here").wait_for()
	assert desk.page.locator("input[type=checkbox][data-fieldname=applicant_signed]").is_visible()
	# what was entered is kept when another form opens
	desk.page.locator("input[type=checkbox][data-fieldname=applicant_signed]").check()
	missing.get_by_role("button", name="新建核对授权").first.click()
	desk.page.wait_for_function("cur_frm.doctype === 'Check Authorization' && cur_frm.is_new()")
	assert desk.page.evaluate("cur_frm.doc.application") == case.name
	desk.shoot("授权书")
	frappe.db.rollback()
	assert frappe.db.get_value("Assistance Application", case.name, "applicant_signed")
	# one on another tab
	desk.open("Form", "Assistance Application", case.name)
	missing.locator(".socaid-breach", has_text="没有申报").get_by_role("button", name="去填写").click()
	desk.page.locator("[data-fieldname=incomes].socaid-mend-here").wait_for()
	assert desk.page.locator("[data-fieldname=incomes]").is_visible()
	desk.page.set_viewport_size({"width": 390, "height": 800})
	desk.open("Form", "Assistance Application", case.name)
	desk.shoot("手机")
	assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
	assert not desk.page.errors
