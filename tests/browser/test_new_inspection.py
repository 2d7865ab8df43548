"""An administrator makes a new kind of inspection from one template; it is done on a telephone, counted and printed."""

import frappe
from frappe.utils import today

from socaid_app.service_management import check_planning, service_checks
from tests import builders
from tests.browser.conftest import artifacts
from tests.browser.latin import Reader
from tests.browser.people import TOWNSHIP

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_new_inspection_needs_no_code(desk_as, staff):
	mark = builders.digits(4)
	kind, room = f"饮水机卫生检查{mark}", f"饮水间{mark}"
	place = frappe.get_doc(
		{
			"doctype": service_checks.OBJECT,
			"object_name": room,
			"kind": "Room",
			"responsible": staff.officer,
			"division": TOWNSHIP,
		}
	).insert()
	frappe.db.commit()
	reader = Reader()
	desk = desk_as(staff.administrator, "inspection-")
	desk.open("Workspaces", "Service Management").shoot("服务管理")
	reader.read(desk, "workspace")
	desk.new("Service Check Template")
	desk.fill(template_name=kind)
	desk.edit_row("questions", 1, question="水质清澈、无异味", must_pass=1)
	desk.add_row("questions", question="出水温度（℃）", answer_kind="数值", lowest=40, highest=100)
	desk.save().shoot("新模板")
	reader.read(desk, "template")
	desk.new("Service Check Plan")
	desk.fill(template=(kind, kind), service_object=(room, room), responsible=(staff.officer, "李初审"))
	desk.save().shoot("检查计划")
	frappe.db.rollback()
	check_planning.nightly()
	frappe.db.commit()
	(check,) = frappe.get_all(
		"Service Check", filters={"service_object": place.name, "due_on": today()}, pluck="name"
	)

	phone = desk_as(staff.officer, "inspection-phone-", **PHONE)
	phone.open("Form", "Service Check", check)
	rows = phone.form.locator(".service-question")
	assert rows.count() == 2
	rows.nth(0).locator("select").select_option(label="是")
	rows.nth(1).locator('[data-fieldname="answer"] input').fill("30")
	rows.nth(1).locator('[data-fieldname="answer"] input').press("Tab")
	rows.nth(1).locator('[data-fieldname="remark"] input').fill("加热不足")
	rows.nth(1).locator('[data-fieldname="remark"] input').press("Tab")
	phone.shoot("手机检查表")
	sign(phone)
	phone.save().press("提交检查")
	phone.page.wait_for_function("() => cur_frm.doc.status === 'Check Done'")
	phone.shoot("已提交")
	reader.read(phone, "check done")
	assert (phone.value("result"), phone.value("score"), phone.value("problem_count")) == (
		"Not Passed",
		50,
		1,
	)

	desk = desk_as(staff.manager, "inspection-")
	desk.open("query-report", "Service Check Statistics")
	desk.page.get_by_text(room).first.wait_for()
	desk.shoot("统计")
	reader.read(desk, "statistics")
	# this process, unlike the desk, has the language of whatever ran in it before
	frappe.local.lang = "zh"
	# and sees what was stored when it last looked
	frappe.db.rollback()
	with builders.acting_as(staff.manager):
		printed = frappe.get_print("Service Check", check, "Service Check Record")
		label = frappe.get_print(service_checks.OBJECT, place.name, "Service Object Label")
	assert kind in printed and "加热不足" in printed
	assert room in label and "data:image/png" in label
	for name, html in (("检查记录", printed), ("标签", label)):
		desk.page.set_content(html)
		desk.page.screenshot(path=f"{artifacts()}/inspection-{name}.png", full_page=True)
	reader.assert_chinese()


def sign(phone) -> None:
	phone.page.evaluate(
		"() => cur_frm.set_value('signature', 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')"
	)
