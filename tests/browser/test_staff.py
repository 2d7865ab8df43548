"""An employee's day on the phone, the exam to its certificate, and what their manager sees of it."""

import frappe
from frappe.utils import add_days, add_months, getdate, today

from socaid_app.service_management import assessments, attendance
from tests import builders
from tests.browser.conftest import artifacts
from tests.browser.latin import Reader
from tests.browser.people import TOWNSHIP
from tests.builders.visits import make_officer

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def make_exam(name: str) -> None:
	for number in range(3):
		for kind, choices in (
			("Single Choice", "*双人同行\n一人前往\n由村干部代办"),
			("Multiple Choice", "*工作证\n*通讯设备\n礼品"),
			("True or False", "*对\n错"),
		):
			frappe.get_doc(
				{
					"doctype": "Exam Question",
					"subject": "Induction",
					"kind": kind,
					"question": f"入户走访的要求（{name}第{number + 1}题）",
					"choices": choices,
				}
			).insert()
	frappe.get_doc(
		{
			"doctype": "Staff Exam",
			"exam_title": name,
			"subject": "Induction",
			"minutes": 10,
			"single_count": 2,
			"multiple_count": 1,
			"judgement_count": 1,
			"renews_proof": 1,
		}
	).insert()


def paper(desk, name: str, doctype: str, record: str, print_format: str) -> str:
	frappe.db.rollback()
	frappe.local.lang = "zh"
	html = frappe.get_print(doctype, record, print_format)
	desk.page.set_content(html)
	desk.page.screenshot(path=f"{artifacts()}/staff-{name}.png", full_page=True)
	return html


def test_an_employee_comes_learns_and_is_assessed(desk_as, staff):
	mark = builders.digits(4)
	file = (
		frappe.db.get_value("Visit Officer", {"user": staff.officer})
		or make_officer(staff.officer, "李初审", TOWNSHIP, joined_on=add_days(today(), -200)).name
	)
	frappe.db.set_value(
		"Visit Officer",
		file,
		{
			"employer": "Contractor",
			"training_valid_until": add_days(today(), -1),
			"joined_on": add_days(today(), -200),
		},
	)
	# what an earlier run of this walk left behind
	for doctype in ("Attendance Request", "Staff Assessment"):
		frappe.db.delete(doctype, {"officer": file})
	since, until = assessments.last_period(getdate(today()), 1)
	attendance.compute({(file, day) for _name, day in attendance.every_day(since, until) if _name == file})
	make_exam(f"入职考试{mark}")
	with builders.acting_as(staff.manager):
		for kind, months in (("Labour Contract", 24), ("Health Certificate", 12)):
			frappe.get_doc(
				{
					"doctype": "Staff Paper",
					"officer": file,
					"kind": kind,
					"title": "证照",
					"number": mark,
					"issued_on": today(),
					"valid_until": add_months(today(), months),
				}
			).insert()
	frappe.db.commit()
	reader = Reader()

	phone = desk_as(staff.officer, "staff-phone-", **PHONE)
	phone.open("my-attendance")
	phone.page.locator(".attendance-buttons .btn-primary").click()
	phone.page.locator(".attendance-now li b").first.wait_for()
	phone.settle().shoot("签到")
	reader.read(phone, "attendance on the phone")
	assert "签" in phone.page.locator(".attendance-now li").last.inner_text()
	phone.page.locator('[aria-label="上个月"]').click()
	phone.page.locator("[data-correct]").first.wait_for()
	phone.settle().shoot("上个月")
	phone.open("my-attendance")
	phone.new("Attendance Request", kind="Leave").fill(
		leave_kind="病假", from_day=add_days(today(), 1), reason="复查"
	)
	phone.save().shoot("请假")
	reader.read(phone, "leave on the phone")
	request = phone.value("name")

	phone.open("Form", "Staff Exam", f"入职考试{mark}").shoot("考试须知")
	reader.read(phone, "exam")
	phone.press("开始考试")
	phone.page.locator(".modal.show .btn-modal-primary, .modal.show .btn-primary").first.click()
	phone.page.wait_for_function("() => cur_frm && cur_frm.doctype === 'Exam Attempt'")
	phone.page.locator(".exam-question").first.wait_for()
	attempt = phone.value("name")
	right = {"双人同行", "工作证", "通讯设备", "对"}
	for choice in phone.page.locator(".exam-choice").all():
		if choice.inner_text().partition(". ")[2].strip() in right:
			choice.locator("input").check()
	phone.settle().shoot("答题")
	reader.read(phone, "questions")
	phone.press("交卷")
	phone.page.locator(".modal.show .btn-primary").first.click()
	phone.page.wait_for_function("() => cur_frm.doc.status === 'Exam Passed'")
	phone.settle().shoot("成绩")
	reader.read(phone, "result")
	html = paper(phone, "证书", "Exam Attempt", attempt, "Training Certificate")
	assert "培训合格证书" in html and "100分" in html
	assert str(frappe.db.get_value("Visit Officer", file, "trained_on")) == today()

	desk = desk_as(staff.manager, "staff-")
	desk.open("Form", "Attendance Request", request)
	desk.press("批准")
	desk.page.wait_for_function("() => cur_frm.doc.status === 'Request Approved'")
	desk.settle().shoot("审批")
	reader.read(desk, "leave decided")
	desk.open("Form", "Visit Officer", file).shoot("档案")
	reader.read(desk, "staff file")
	desk.new("Staff Assessment").fill(officer=(file, "李初审"), period_from=str(since), period_to=str(until))
	desk.save().shoot("考核")
	reader.read(desk, "assessment")
	assessment = desk.value("name")
	for report in ("Staff Register", "Attendance Sheet"):
		desk.open("query-report", report)
		desk.page.locator(".dt-cell", has_text="李初审").first.wait_for()
		desk.shoot(report)
		reader.read(desk, report)
	for doctype in ("Staff Paper", "Staff Training", "Exam Question", "Exam Attempt", "Attendance Day"):
		desk.open("List", doctype).shoot(doctype)
		reader.read(desk, doctype)
	desk.open("Workspaces", "Service Management").shoot("服务管理")
	reader.read(desk, "workspace")
	for name, doctype, record, form in (
		("请假单", "Attendance Request", request, "Attendance Request Form"),
		("档案表", "Visit Officer", file, "Staff File"),
		("考核表", "Staff Assessment", assessment, "Assessment Sheet"),
	):
		assert "李初审" in paper(desk, name, doctype, record, form)
	reader.assert_chinese()
