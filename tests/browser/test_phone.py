"""The screens of a clerk on a telephone: nothing runs out of the screen, and everything can be reached by thumb."""

import re

import frappe
import pytest

from tests import builders

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# narrower fields cannot be filled in by thumb
NARROWEST, LOWEST = 120, 24

# What reaches beyond the right edge without being scrolled inside a box of its own.
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((element) => {
	if (!element.getClientRects().length || element.getBoundingClientRect().right <= innerWidth + 1) return false;
	for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
		if (getComputedStyle(at).overflowX !== "visible") return false;
	return true;
}).map((element) => `${element.tagName} ${element.className} ${Math.round(element.getBoundingClientRect().right)}`)"""


@pytest.fixture(scope="module")
def case(staff):
	found = builders.make_application(staff)
	frappe.db.commit()
	return found


def test_the_work_of_a_clerk_on_a_telephone(desk_as, staff, case):
	desk = desk_as(staff.officer, "phone-", **PHONE)

	for workspace in ("Township Desk", "Social Assistance"):
		desk.open("Workspaces", workspace)
		check(desk, workspace)
	desk.open("counter-intake")
	check(desk, "一屏受理", "登记并生成申请")
	check_fields(desk)
	desk.open("Workspaces", "Township Desk")
	desk.body.get_by_text("新建申请").first.tap()
	desk.page.wait_for_function("window.cur_frm && cur_frm.is_new()")
	check(desk, "新建救助申请", "保存")
	check_fields(desk)
	desk.fill(need_text="户主患慢性病，收入减少。")
	for tab in ("家庭与经济状况", "材料清单", "核算", "办理", "决定"):
		tap_tab(desk, tab)
		check(desk, f"新建救助申请 {tab}", "保存")
		check_fields(desk)

	for doctype in ("Recipient", "Recipient Household", "Assistance Application"):
		desk.open("List", doctype)
		desk.body.locator(".list-row:visible").first.wait_for()
		check(desk, f"列表 {doctype}", re.compile("添加"))

	desk.open("List", "Recipient")
	desk.body.locator(".primary-action:visible").first.tap()
	dialog = desk.dialog("新建 救助对象")
	check(desk, "新建救助对象", "保存")
	check_fields(desk)
	number = builders.case_id_number("1971-05-06")
	desk.fill(dialog, full_name="测试户主", id_number=number)
	assert desk.control("id_number", dialog).locator("input").input_value() == number
	desk.close_dialogs()

	desk.new("Recipient Household")
	check(desk, "新建救助家庭", "保存")
	check_fields(desk)

	look_for_a_person(desk, case)
	desk.open("Form", "Assistance Application", case.name)
	check(desk, "救助申请", "操作")
	desk.body.locator(".actions-btn-group > button:visible").tap()
	assert_in_reach(desk.body.locator(".actions-btn-group a:visible").filter(has_text="受理").first, "操作")
	desk.body.locator(".actions-btn-group > button:visible").tap()
	tap_tab(desk, "家庭与经济状况")
	desk.control("members").locator(".grid-row .data-row").nth(1).tap()
	desk.settle()
	check(desk, "成员")
	check_fields(desk)
	desk.form.locator(".grid-row-open .grid-collapse-row:visible").first.tap()

	desk.open("query-report", "Applications by Due Date")
	desk.form.locator(".datatable:visible").first.wait_for()
	check(desk, "申请办理时限表")
	assert desk.page.errors == []


def look_for_a_person(desk, case):
	"""The box at the head of every page finds records too, and a tap opens what is found."""
	desk.page.locator("#navbar-search").fill(case.name)
	found = desk.page.locator(".awesomplete li:visible").filter(has_text=case.applicant_name).first
	found.wait_for()
	check(desk, "查找结果")
	found.tap()
	desk.page.wait_for_function("name => window.cur_frm && cur_frm.docname === name", arg=case.name)
	desk.settle()


# --- what every screen has to satisfy -----------------------------------------------------------------
def check(desk, screen, button=None):
	desk.shoot(screen)
	width = desk.page.evaluate("document.scrollingElement.scrollWidth")
	assert width <= PHONE["viewport"]["width"], (screen, width, desk.page.evaluate(TOO_WIDE))
	if button:
		assert_in_reach(desk.body.locator("button:visible").filter(has_text=button).first, screen)


def assert_in_reach(button, screen):
	"""A finger on the middle of the button meets the button."""
	button.scroll_into_view_if_needed()
	reached = button.evaluate(
		"""button => {
			const { left, right, top, bottom } = button.getBoundingClientRect();
			const met = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
			return left >= 0 && right <= innerWidth && (met === button || button.contains(met));
		}"""
	)
	assert reached, f"{screen}: {button.inner_text()} is out of reach"


def check_fields(desk):
	row = desk.form.locator(".grid-row-open .form-in-grid:visible")
	fields = (row if row.count() else desk.body).locator(
		".frappe-control input[type=text]:visible, .frappe-control select:visible,"
		" .frappe-control textarea:visible"
	)
	for number in range(fields.count()):
		box = fields.nth(number).bounding_box()
		name = fields.nth(number).get_attribute("data-fieldname")
		assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["viewport"]["width"], (name, box)
		assert box["width"] >= NARROWEST and box["height"] >= LOWEST, (name, box)


def tap_tab(desk, label):
	tab = desk.form.locator(".form-tabs .nav-link:visible").filter(has_text=label)
	tab.scroll_into_view_if_needed()
	tab.tap()
	desk.settle()
