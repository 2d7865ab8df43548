"""The page of a household: what a clerk needs first, what is done in one dialog, and the household of a past day."""

import frappe
import pytest
from frappe.utils import add_days, today

from tests import builders
from tests.browser.people import VILLAGE, new_name

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WIDE = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="module")
def family(staff):
	household = builders.make_household(VILLAGE, members=3, name=new_name("谢"))
	for row in household.members:
		frappe.db.set_value("Household Member", row.name, "joined_on", add_days(today(), -400))
	builders.grant_benefit(household)
	frappe.db.set_value("Recipient Household", household.name, "next_review_on", add_days(today(), 5))
	child = builders.make_person(new_name("谢"), VILLAGE, born="2026-03-04")
	frappe.db.commit()
	return frappe._dict(name=household.name, head=household.head_name, child=child.full_name)


def test_a_member_is_added_in_one_dialog_and_confirmed_by_another(desk_as, staff, family):
	clerk = desk_as(staff.officer, "household-", **WIDE)
	clerk.open("Form", "Recipient Household", family.name)
	first = clerk.control("overview").inner_text()
	for word in (family.head, "农村低保", "500", "剩5天"):
		assert word in first, (word, first)
	clerk.shoot("概况")
	clerk.menu("家庭变动", "增加成员")
	dialog = clerk.dialog("增加成员")
	clerk.fill(dialog, recipient=(family.child, family.child), kinship=("子", "子"), reason="出生")
	clerk.shoot("增加成员")
	clerk.press("办理", dialog)
	clerk.page.wait_for_selector(".desk-alert")
	clerk.settle()
	assert "等另一人确认" in clerk.control("overview").inner_text()
	clerk.shoot("等待确认")
	change = frappe.db.get_value("Circumstance Change", {"household": family.name}, "name")

	other = desk_as(staff.approver, "household-confirm-", **WIDE)
	other.open("Form", "Circumstance Change", change).shoot("待确认")
	other.press("同意变更")
	other.press("同意变更", other.dialog("同意变更"))
	other.page.wait_for_function("cur_frm?.doc?.status === 'In Effect'")
	other.settle().shoot("已生效")

	clerk.open("List", "Recipient Household")
	clerk.open("Form", "Recipient Household", family.name).reload()
	assert family.child in clerk.control("overview").inner_text()
	clerk.press("某一天的情况")
	dialog = clerk.dialog("某一天的家庭情况")
	assert family.child in dialog.inner_text()
	clerk.fill(dialog, day=add_days(today(), -30))
	clerk.settle()
	assert family.child not in dialog.inner_text() and family.head in dialog.inner_text()
	clerk.shoot("某一天")
	clerk.close_dialogs()
	clerk.menu("家庭变动", "更正登记")
	clerk.fill(clerk.dialog("更正登记"), fact="居住情况")
	clerk.shoot("更正登记")
	clerk.close_dialogs()
	clerk.tab("相关记录").shoot("相关记录")
	assert clerk.page.errors == [] and other.page.errors == []


def test_the_page_fits_a_telephone(desk_as, staff, family):
	desk = desk_as(staff.officer, "household-phone-", **PHONE)
	desk.open("Form", "Recipient Household", family.name).shoot("概况")
	assert desk.page.evaluate("document.scrollingElement.scrollWidth") <= 390
	assert desk.page.errors == []


def test_facts_are_named_one_by_one(desk_as, staff, family):
	desk = desk_as(staff.officer, "facts-", **WIDE)
	desk.new("Circumstance Change", household=family.name, kind="Health Change", found_by="Other")
	desk.add_row("facts", recipient=(family.head, family.head), fact="健康状况", value_after="慢性病")
	desk.fill(happened_on=today())
	desk.save().shoot("逐项变化")
	assert "慢性病" in desk.form.inner_text()
	# what the browser has stored since this connection last read
	frappe.db.commit()
	assert frappe.db.get_value("Changed Fact", {"parent": desk.name()}, "value_after") == "Chronic Illness"
	assert desk.page.errors == []
