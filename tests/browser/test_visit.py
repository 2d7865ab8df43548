"""A whole home visit: an investigator with a phone at the door, then the supervisor at the desk."""

import frappe
import pytest

from socaid_app.setup.seeds import MODULE_PROFILE
from tests.builders.visits import PIXEL, make_family, make_visit, make_visit_team

PHONE = {
	"viewport": {"width": 390, "height": 844},
	"has_touch": True,
	"is_mobile": True,
	"geolocation": {"latitude": 42.92, "longitude": 125.0, "accuracy": 15},
	"permissions": ["geolocation"],
}
RISKS = {
	"人员": "risk_person",
	"动物": "risk_animal",
	"环境": "risk_environment",
	"健康": "risk_health",
	"冲突": "risk_conflict",
}


@pytest.fixture
def planned(staff):
	"""Two investigators, their supervisor, and a visit that nobody has assessed yet; all as stored."""
	team = make_visit_team()
	for user, name in ((team.first, "郑走访"), (team.second, "冯走访"), (team.supervisor, "何主管")):
		frappe.db.set_value("User", user, {"first_name": name, "full_name": name, "language": "zh"})
		frappe.get_doc("User", user).update({"module_profile": MODULE_PROFILE}).save()
	household, _benefit = make_family()
	team.visit = make_visit(household, team, **dict.fromkeys(RISKS.values(), "")).name
	team.wife = household.members[1].member_name
	frappe.db.commit()
	return team


def test_a_visit_from_the_risk_at_the_desk_to_the_reassessment(desk_as, planned, tmp_path):
	phone = desk_as(planned.first, "visit-", **PHONE)
	picture = tmp_path / "房屋.png"
	picture.write_bytes(PIXEL)

	phone.open("Form", "Home Visit", planned.visit).shoot("出发前")
	fits(phone)
	grade_risks(phone)
	phone.press("签到", bar(phone))
	phone.page.wait_for_function("cur_frm?.doc?.status === 'Under Way'")
	phone.settle().shoot("已签到")
	fits(phone)
	assert round(phone.value("check_in_latitude"), 2) == 42.92

	with phone.page.expect_file_chooser() as chooser:
		bar(phone).get_by_text("拍照").tap()
	chooser.value.set_files(picture)
	phone.page.wait_for_function("cur_frm?.doc?.photos?.length === 1 && cur_frm.is_dirty?.() === false")
	phone.settle()
	assert phone.page.evaluate("cur_frm.doc.photos[0].content_hash.length") == 64

	fill_in(phone, planned)
	phone.press("签退", bar(phone))
	phone.page.wait_for_function("cur_frm?.doc?.status === 'Finished'")
	phone.settle().shoot("已签退")
	fits(phone)
	assert phone.page.errors == []

	desk = desk_as(planned.supervisor, "visit-desk-")
	desk.open("Form", "Home Visit", planned.visit).tab("结论与审核")
	desk.shoot("差异")
	desk.press("审核")
	dialog = desk.dialog("审核走访")
	for number in range(2):
		desk.fill(dialog, **{f"decision_{number}": "采纳"})
	desk.fill(dialog, note="情况属实").shoot("审核")
	desk.press("完成审核", dialog)
	desk.page.wait_for_function("cur_frm?.doc?.status === 'Reviewed'")
	desk.settle().press("复核核定").arrive("Form", "Household Reassessment")
	desk.body.get_by_text("月保障金额").first.wait_for()
	desk.shoot("复核核定")
	assert desk.value("proposal") == "Raise"
	assert desk.page.errors == []


def bar(desk):
	return desk.page.locator(".socaid-visit-bar:visible")


def fits(desk):
	"""Nothing runs out of the phone's screen."""
	assert desk.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def grade_risks(desk):
	desk.tab("安全评估")
	for field in RISKS.values():
		desk.fill(**{field: "轻微" if field == "risk_animal" else "无"})
	desk.shoot("安全评估")
	desk.save()
	assert desk.value("risk_level") == "Low"


def fill_in(desk, planned):
	desk.tab("现场").fill(reception="在家", member_present=planned.wife, introduced=1, policy_explained=1)
	desk.shoot("现场")
	desk.tab("家庭与经济")
	desk.edit_row("members", 2, health="重病", met=1)
	desk.edit_row("incomes", 1, annual="1200")
	desk.shoot("家庭与经济")
	fits(desk)
	desk.tab("需求与服务")
	desk.fill(illness="尿毒症透析", funds_use="使用合理")
	desk.tab("走访安排")
	for number in (1, 2):
		desk.edit_row("visitors", number, signed=1)
	desk.tab("结论与审核")
	desk.fill(conclusion="提高", conclusion_note="患重病，收入下降")
	sign(desk)
	desk.shoot("结论")
	desk.save()


def sign(desk):
	"""A stroke with the finger on the signature field."""
	canvas = desk.control("member_signature").locator("canvas").first
	canvas.scroll_into_view_if_needed()
	box = canvas.bounding_box()
	mouse = desk.page.mouse
	mouse.move(box["x"] + 30, box["y"] + 30)
	mouse.down()
	mouse.move(box["x"] + 120, box["y"] + 60, steps=8)
	mouse.up()
	desk.settle()
