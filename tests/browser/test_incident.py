"""An incident from a telephone to its response, and a supply from receipt to the slip, on the screens of their users."""

import frappe

from socaid_app.service_management import emergency_plans
from tests import builders
from tests.browser.conftest import artifacts
from tests.browser.latin import Reader
from tests.browser.people import TOWNSHIP

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def make_plan(staff, name: str) -> str:
	with builders.acting_as(staff.manager):
		plan = frappe.get_doc(
			{
				"doctype": "Emergency Plan",
				"plan_name": name,
				"event_type": "Accident",
				"covers": "服务站火灾、走访交通事故",
				"principles": "先救人，后处理。",
				"measures": [
					{"level": "IV", "task": "清点人数", "responsible": staff.officer, "minutes": 10}
				],
				"contacts": [
					{"user": staff.reviewer, "part": "现场负责人", "answer_minutes": 5},
					{"user": staff.manager, "part": "总指挥"},
				],
				"reports": [{"level": "III", "authority": "县应急管理局", "hours": 1}],
			}
		).insert()
		emergency_plans.submit_plan(plan.name)
	with builders.acting_as(staff.county_approver):
		emergency_plans.approve_plan(plan.name)
	frappe.db.commit()
	return plan.name


def paper(desk, reader: Reader, name: str, doctype: str, record: str, print_format: str) -> str:
	frappe.db.rollback()
	# this process, unlike the desk, has the language of whatever ran in it before
	frappe.local.lang = "zh"
	html = frappe.get_print(doctype, record, print_format)
	desk.page.set_content(html)
	desk.page.screenshot(path=f"{artifacts()}/incident-{name}.png", full_page=True)
	return html


def test_an_incident_is_reported_graded_and_answered(desk_as, staff):
	mark = builders.digits(4)
	# users of other tests bear the English names of their roles
	frappe.db.set_value("User", {"first_name": ["in", ["Safety Officer", "Service Manager"]]}, "enabled", 0)
	plan = make_plan(staff, f"服务场所事故预案{mark}")
	reader = Reader()
	phone = desk_as(staff.clerk, "incident-phone-", **PHONE)
	phone.new("Incident")
	phone.fill(event_type="事故灾难", place=f"服务站{mark}", what_happened="插座冒烟，已断电")
	phone.save().shoot("手机报告")
	reader.read(phone, "reported on the phone")
	name = phone.value("name")

	desk = desk_as(staff.manager, "incident-")
	desk.open("Form", "Incident", name)
	reader.read(desk, "incident to grade")
	desk.press("定级")
	dialog = desk.dialog("定级")
	desk.fill(dialog, level="Ⅲ级（较大）")
	desk.shoot("定级")
	dialog.locator(".btn-modal-primary").click()
	desk.page.wait_for_function("() => cur_frm.doc.status === 'Response under Way'")
	desk.settle().shoot("处置中")
	reader.read(desk, "response under way")
	assert desk.value("plan") == plan
	board = desk.form.locator('[data-fieldname="alarm_html"]')
	assert (
		"赵复审" in board.inner_text() and "已呼叫" in board.inner_text() and "待呼叫" in board.inner_text()
	)

	called = desk_as(staff.reviewer, "incident-called-", **PHONE)
	called.open("Form", "Incident", name)
	called.press("应答报警")
	called.page.wait_for_function(
		"() => cur_frm.doc.__onload.alarm.some((row) => row.status === 'Call Answered')"
	)
	called.settle().shoot("手机应答")
	reader.read(called, "answered on the phone")

	desk = desk_as(staff.manager, "incident-")
	desk.open("Form", "Emergency Plan", plan).shoot("预案")
	reader.read(desk, "plan")
	desk.open("query-report", "Incident Statistics").shoot("统计")
	reader.read(desk, "statistics")
	desk.open("List", "Incident").shoot("列表")
	reader.read(desk, "list")
	desk.open("Workspaces", "Service Management").shoot("服务管理")
	reader.read(desk, "workspace")
	assert "县应急管理局" in paper(desk, reader, "处置记录", "Incident", name, "Incident Report Form")
	assert "清点人数" in paper(desk, reader, "预案文本", "Emergency Plan", plan, "Emergency Plan Document")
	reader.assert_chinese()


def test_supplies_are_received_issued_and_reported(desk_as, staff):
	mark = builders.digits(4)
	place = frappe.get_doc(
		{
			"doctype": "Service Object",
			"object_name": f"物资柜{mark}",
			"kind": "Room",
			"responsible": staff.officer,
			"division": TOWNSHIP,
		}
	).insert()
	frappe.db.commit()
	reader = Reader()
	desk = desk_as(staff.officer, "supplies-")
	desk.new("Stock Item")
	desk.fill(
		item_name=f"医用口罩{mark}",
		category="防护用品",
		unit="只",
		service_object=(place.object_name, place.object_name),
		responsible=("李初审", "李初审"),
		minimum="50",
	)
	desk.save().shoot("物资")
	item = desk.value("name")
	reader.read(desk, "supply")
	desk.press("入库").arrive("Form", "Stock Movement")
	desk.fill(quantity="120", batch="20260301", expires_on="2027-03-01", supplier="县局配发")
	desk.save().shoot("入库")
	reader.read(desk, "receipt")
	desk.open("Form", "Stock Item", item).reload()
	desk.press("领用").arrive("Form", "Stock Movement")
	desk.fill(quantity="90", purpose="入户走访")
	desk.save().shoot("领用")
	reader.read(desk, "issue")
	issue = desk.value("name")
	assert (desk.value("change_of_stock"), desk.value("balance")) == (-90, 30)
	desk.open("Form", "Stock Item", item).reload().shoot("批次")
	reader.read(desk, "lots")
	assert "20260301" in desk.form.locator('[data-fieldname="lots_html"]').inner_text()
	desk.open("query-report", "Stock on Hand")
	desk.page.locator(".dt-cell", has_text=f"医用口罩{mark}").first.wait_for()
	desk.shoot("库存表")
	reader.read(desk, "stock report")
	assert "物资领用单" in paper(desk, reader, "领用单", "Stock Movement", issue, "Stock Movement Slip")
	reader.assert_chinese()
