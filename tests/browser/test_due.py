"""How many days are left stands on lists and forms, and an administrator tunes the rule behind it."""

import frappe
from frappe.utils import add_days, today

from tests import builders
from tests.browser.people import VILLAGE, new_name

REFERRAL, RULE = "Service Referral", "Due Rule"


def refer(days: int) -> str:
	household = builders.make_household(VILLAGE, members=1, name=new_name("任"))
	doc = frappe.get_doc(
		{
			"doctype": REFERRAL,
			"household": household.name,
			"need": "Medical",
			"detail": "慢性病用药",
			"sent_to": "镇卫生院",
			"due_on": add_days(today(), days),
		}
	).insert()
	frappe.db.commit()
	return doc.name


def test_lists_and_forms_say_how_many_days_are_left(desk_as, staff):
	late, near, far = refer(-3), refer(1), refer(20)
	desk = desk_as(staff.officer, "due-")
	desk.open("List", REFERRAL)
	rows = {
		name: desk.page.locator(f'.list-row-container:has([data-name="{name}"])')
		for name in (late, near, far)
	}
	assert "逾期3天" in rows[late].inner_text()
	assert "剩1天" in rows[near].inner_text()
	assert "剩20天" in rows[far].inner_text()
	assert rows[late].locator(".indicator-pill.red").count()
	assert rows[near].locator(".indicator-pill.yellow").count()
	desk.shoot("转介列表")
	rows[late].locator(".indicator-pill.red").first.click()
	rows[near].wait_for(state="detached")
	desk.settle()
	assert rows[late].count() and not rows[near].count()
	desk.shoot("只看逾期")
	desk.open("Form", REFERRAL, late)
	assert "逾期3天" in desk.page.locator(".form-message:visible").inner_text()
	desk.shoot("转介表单")
	assert not desk.page.errors


def test_an_administrator_tunes_a_rule_with_the_filters_of_lists(desk_as, staff):
	user = builders.make_user(("Socaid Administrator", "Desk User"))
	frappe.db.commit()
	desk = desk_as(user, "due-rule-")
	desk.open("List", RULE)
	desk.shoot("规则列表")
	desk.open("Form", RULE, "service_referral")
	assert "转介事项反馈" in desk.page.locator(".page-head:visible").inner_text()
	desk.shoot("规则")
	desk.page.get_by_role("button", name="设置条件").click()
	dialog = desk.dialog("未办结的条件")
	dialog.locator(".filter-box").first.wait_for(timeout=5000)
	desk.shoot("条件")
	dialog.get_by_role("button", name="采用这些条件").click()
	dialog.wait_for(state="hidden")
	desk.page.evaluate("cur_frm.set_value('soon_days', 6).then(() => cur_frm.save())")
	desk.settle()
	frappe.db.rollback()
	stored = frappe.get_doc(RULE, "service_referral")
	assert stored.soon_days == 6
	assert frappe.parse_json(stored.conditions) == [[REFERRAL, "status", "in", ["Sent", "Accepted"]]]
	stored.soon_days = 0
	stored.save()
	frappe.db.commit()
	assert not desk.page.errors
