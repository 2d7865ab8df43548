"""What a citizen says about a notice, as the township and the county see it; the end of 特困 support."""

import frappe
from frappe.utils import add_months, getdate, today

from socaid_app.petition_desk import recording
from socaid_app.public_disclosure import objections
from tests import builders
from tests.browser.people import TOWNSHIP, VILLAGE, new_name
from tests.builders import notices as public_builders

NOTICE = "Publicity Notice"


def said_about(notice) -> str:
	name = recording.record(
		{
			"subject": "公示的内容：家里有车",
			"category": "Suggestion",
			"matter": "Publicity Matter",
			"channel": "Through the Web",
			"received_on": today(),
			"real_name": 0,
			"content": "公示的这户人家有一辆小汽车，不应当享受。",
			"publicity_notice": notice,
			"division": VILLAGE,
		}
	).name
	frappe.db.commit()
	return name


def test_the_township_sees_that_something_waits_and_the_county_decides_on_the_notice(desk_as, staff):
	notice = public_builders.hang("Confirmed List", VILLAGE, (new_name("卫"),))
	petition = said_about(notice.name)

	desk = desk_as(staff.officer, "statements-")
	desk.open("Form", NOTICE, notice.name)
	assert desk.page.get_by_text("群众意见待县民政局审看").is_visible()
	assert not desk.page.get_by_text("小汽车").count()
	desk.shoot("乡镇看公示")

	phone = desk_as(staff.disclosure_officer, "statements-phone-", viewport={"width": 390, "height": 844})
	phone.open("Form", NOTICE, notice.name).shoot("县里看公示")
	desk = desk_as(staff.disclosure_officer, "statements-")
	desk.open("Form", NOTICE, notice.name)
	desk.menu("下一步", "审看群众意见")
	dialog = desk.dialog("是否列为公示异议")
	assert dialog.get_by_text("小汽车").is_visible()
	dialog.locator('select[data-fieldname="decision"]').select_option(label="列为异议")
	dialog.locator('textarea[data-fieldname="content"]').fill("反映该户有机动车")
	desk.shoot("审看意见")
	dialog.get_by_role("button", name="确定").click()
	dialog.wait_for(state="hidden")
	desk.settle()
	desk.shoot("列为异议")
	# what the server has stored meanwhile
	frappe.db.rollback()
	assert frappe.db.get_value("Petition", petition, "objection_state") == objections.COUNTS
	assert frappe.db.get_value(NOTICE, notice.name, "status") == "Objection Raised"


def test_the_end_of_support_is_publicised_from_the_entitlement(desk_as, staff):
	person = builders.make_person(new_name("蒋"), VILLAGE, "1950-03-04")
	household = builders.registry.enter_household(
		{"head": person.name, "division": VILLAGE, "members": [{"recipient": person.name, "kinship": "02"}]}
	)
	start = add_months(getdate(today()).replace(day=1), -3)
	benefit = builders.grant_benefit(household, "特困-分散", 806, start=start)
	frappe.db.commit()
	assert benefit.township == TOWNSHIP

	desk = desk_as(staff.officer, "statements-")
	desk.open("Form", "Entitlement", benefit.name)
	desk.shoot("待遇")
	desk.press("公示终止供养")
	dialog = desk.dialog("公示终止供养")
	dialog.locator('select[data-fieldname="ground"]').select_option("本人自愿退出")
	desk.shoot("公示终止供养")
	dialog.get_by_role("button", name="拟稿").click()
	desk.page.get_by_text("终止特困人员救助供养公示").first.wait_for()
	desk.shoot("终止公示拟稿")
	frappe.db.rollback()
	assert frappe.db.exists(NOTICE, {"entitlement": benefit.name, "kind": "Termination", "status": "Draft"})
