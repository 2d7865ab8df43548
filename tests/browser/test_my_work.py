"""Everybody lands on what waits for them; an overdue case is acted on by three presses after the login."""

import frappe
from frappe.utils import add_days, today

from tests import builders
from tests.browser.people import TOWNSHIP, VILLAGE, new_name
from tests.browser.test_phone import PHONE, check
from tests.builders import fieldwork

REFERRAL = "Service Referral"


def refer(days: int) -> tuple[str, str]:
	name = new_name("谷")
	household = builders.make_household(VILLAGE, members=1, name=name)
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
	return doc.name, name


def late_case() -> str:
	"""A case that a colleague has completed three days ago."""
	team = builders.make_team()
	case = builders.make_application(team, division=VILLAGE)
	builders.give_consents(case, team.clerk)
	frappe.db.set_value(case.doctype, case.name, "ready_on", add_days(today(), -3))
	return case.name


def count(desk, label: str) -> int:
	return int(desk.body.locator(".work-tier").filter(has_text=label).locator("b").inner_text())


def listed(desk) -> int:
	"""The lines of the list, drawn to its end."""
	more = desk.body.locator(".work-more button")
	while more.count():
		more.click()
	return desk.body.locator(".work-line").count()


def test_an_officer_lands_on_what_is_late_and_opens_it(desk_as, staff):
	user = builders.make_user("Township Officer", TOWNSHIP)
	frappe.db.set_value("User", user, {"first_name": "谷待办", "full_name": "谷待办", "language": "zh"})
	(late, who), (today_s, _), (soon, _) = refer(-3), refer(0), refer(2)
	for name in (late, today_s, soon):
		frappe.db.set_value(REFERRAL, name, "owner", user)
	case = late_case()
	frappe.db.commit()
	desk = desk_as(user, "work-")
	assert desk.page.evaluate("frappe.get_route_str()") == "my-work"
	lines = desk.body.locator(".work-line")
	lines.first.wait_for()
	desk.shoot("我的待办")
	for label in ("已逾期", "今日到期", "即将到期", "无期限", "等待他人"):
		desk.body.locator(".work-tier").filter(has_text=label).click()
		assert listed(desk) == count(desk, label), label
	assert all(count(desk, label) for label in ("已逾期", "今日到期", "即将到期"))
	desk.body.locator(".work-tier").filter(has_text="已逾期").click()
	line = lines.filter(has_text=who)
	assert "逾期3天" in line.inner_text()
	line.click()
	desk.arrive("Form", REFERRAL, late)
	desk.page.locator(".navbar-home").click()
	lines.first.wait_for()
	act_on_the_late_case(desk, case)
	# in lists the place is what differs from line to line
	desk.open("List", "Recipient Household")
	head = desk.body.locator(".list-row-head").inner_text()
	assert "村" in head and "乡镇" not in head, head
	desk.page.locator(".navbar-home").click()
	lines.first.wait_for()
	# the modules are one step away
	desk.body.get_by_role("button", name="乡镇工作台").click()
	desk.page.wait_for_function("frappe.get_route()[0] === 'Workspaces'")
	assert not desk.page.errors


def act_on_the_late_case(desk, case: str) -> None:
	"""As after the login: the line, the step in front, its dialog."""
	desk.page.goto("/app")
	desk.settle().count_presses()
	desk.body.locator(f'.work-line[href$="/{case}"]').click()
	desk.arrive("Form", "Assistance Application", case)
	desk.press("受理")
	desk.press("继续", desk.dialog("受理"))
	desk.page.wait_for_function("cur_frm?.doc?.workflow_state === 'Accepted'")
	assert desk.settle().presses() <= 3
	desk.page.locator(".navbar-home").click()
	desk.body.locator(".work-line").first.wait_for()


def test_a_visitors_phone_shows_todays_visits_first(desk_as, site):
	user = builders.make_user("Field Investigator", TOWNSHIP)
	frappe.db.set_value("User", user, {"first_name": "谷走访", "full_name": "谷走访", "language": "zh"})
	household = builders.make_household(VILLAGE, members=1, name=new_name("谷"))
	frappe.db.set_value("Recipient Household", household.name, {"latitude": 42.9, "longitude": 125.1})
	visit = fieldwork.store_visit(
		household.name,
		status="Planned",
		planned_on=today(),
		planned_start="09:30",
		address="左家村一组12号",
		head_name=household.head_name,
		division=VILLAGE,
	)
	fieldwork.add_visitor(visit, fieldwork.make_officer("谷走访", user=user, division=TOWNSHIP))
	frappe.db.commit()
	desk = desk_as(user, "work-phone-", **PHONE)
	outing = desk.body.locator(".work-outing")
	outing.wait_for()
	check(desk, "今天的走访")
	assert "09:30" in outing.inner_text() and "左家村一组12号" in outing.inner_text()
	assert outing.get_by_role("link", name="导航").get_attribute("href").startswith("geo:42.9,125.1")
	outing.get_by_role("button", name="拨打电话").tap()
	desk.page.locator(".desk-alert").get_by_text("没有登记电话号码").wait_for()
	outing.locator(".work-what").tap()
	desk.arrive("Form", "Home Visit", visit)
	assert not desk.page.errors
