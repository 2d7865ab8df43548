"""The administrator of a new county is greeted with the checklist after a login, until it is finished or put away."""

import frappe
import pytest

from tests.browser.latin import Reader
from tests.browser.test_phone import TOO_WIDE

GREETING = "County Onboarding"


@pytest.fixture
def new_county(staff):
	"""Nobody has put the checklist away; what the test leaves is as before."""
	before = frappe.db.get_single_value(GREETING, "dismissed_by")
	frappe.db.set_single_value(GREETING, "dismissed_by", None)
	frappe.db.commit()
	yield
	frappe.db.rollback()
	frappe.db.set_single_value(GREETING, "dismissed_by", before)
	frappe.db.commit()


def test_the_administrator_lands_on_the_checklist_and_goes_where_each_step_is_done(
	desk_as, page_as, staff, new_county
):
	desk = desk_as(staff.administrator, "onboarding-", path="/app/social-assistance")
	page = desk.page
	page.wait_for_selector(".socaid-onboarding li")
	assert page.url.endswith("/app/county-onboarding")
	steps = page.locator(".socaid-onboarding li")
	assert steps.count() == 8
	assert page.locator("li[data-step=divisions]").get_attribute("data-done") == "0"
	Reader().read(desk, "onboarding")
	desk.shoot("开县清单")
	page.locator("li[data-step=parameters] button").first.click()
	page.wait_for_url("**/policy-parameter**")
	# once a session: whoever goes elsewhere is left there
	page.goto(page.url.split("/app/")[0] + "/app/social-assistance")
	desk.settle()
	assert page.url.endswith("/app/social-assistance")


def test_it_fits_a_telephone_and_stays_away_once_it_is_put_away(desk_as, staff, new_county):
	desk = desk_as(
		staff.administrator,
		"onboarding-phone-",
		path="/app/social-assistance",
		viewport={"width": 390, "height": 844},
	)
	page = desk.page
	page.wait_for_selector(".socaid-onboarding li")
	assert page.evaluate(TOO_WIDE) == []
	desk.shoot("手机")
	page.evaluate("frappe.xcall('socaid_app.moving_in.onboarding.put_away', {reason: '已经上线'})")
	desk.settle()
	later = desk_as(staff.administrator, "onboarding-later-", path="/app/social-assistance")
	assert later.page.url.endswith("/app/social-assistance")


def test_a_clerk_is_not_greeted(desk_as, staff, new_county):
	desk = desk_as(staff.county_reviewer, "onboarding-clerk-", path="/app/social-assistance")
	assert desk.page.url.endswith("/app/social-assistance")
