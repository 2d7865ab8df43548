"""From an empty form to a name on next month's roll: 农村低保, through the hands of four people.

What users do is done with mouse and keyboard. Only two things happen in Python: seven days pass, and the
job that runs before the office opens is run.
"""

from types import SimpleNamespace

import frappe
from frappe.utils import add_days, add_months, get_first_day, today
from pypdf import PdfWriter

from socaid_app.policy import visit_safety
from socaid_app.public_disclosure import taking_down
from tests import builders
from tests.browser.people import VILLAGE_NAME, new_name


def test_a_family_comes_from_the_counter_to_next_months_roll(desk_as, staff, tmp_path):
	family = SimpleNamespace(head=new_name("路"), wife=new_name("冯"), son=new_name("路"))
	consent = tmp_path / "授权书.pdf"
	page = PdfWriter()
	page.add_blank_page(width=595, height=842)
	page.write(consent)

	clerk = desk_as(staff.clerk, "path-")
	clerk.open("Workspaces", "Township Desk").shoot("乡镇工作台")
	enter_people(clerk, family)
	enter_household(clerk, family)
	case = enter_application(clerk, family)
	enter_authorisations(clerk, case, family, consent)

	officer = desk_as(staff.officer, "path-")
	accept(officer, case)
	investigate(officer, case, family)
	report_check(officer, case)
	give_first_opinion(officer, case)

	reviewer = desk_as(staff.reviewer, "path-")
	post_notice(reviewer, case)
	seven_days_pass(case)
	submit_for_review(officer, case)
	recommend(reviewer, case)

	approver = desk_as(staff.approver, "path-")
	confirm(approver, case)
	look_at_roll(approver, family)
	look_at_letter(approver, case, family)
	for desk in (clerk, officer, reviewer, approver):
		assert desk.page.errors == []


# --- the clerk at the counter --------------------------------------------------------------------------
def enter_people(desk, family):
	people = (
		(family.head, "1966-02-11", True),
		(family.wife, "1968-08-23", False),
		(family.son, "2010-05-30", True),
	)
	for name, born, male in people:
		desk.open("List", "Recipient").press("添加 救助对象")
		dialog = desk.dialog("新建 救助对象")
		number = builders.case_id_number(born, male)
		desk.fill(dialog, full_name=name, id_number=number, division=VILLAGE_NAME, phone="13800000000")
		if name == family.head:
			desk.shoot("新建救助对象")
		desk.press("保存", dialog)
		dialog.wait_for(state="hidden")
		desk.settle()
	desk.refresh_list()
	for name, _born, _male in people:
		desk.body.get_by_text(name).first.wait_for(state="visible")
	desk.shoot("救助对象列表")


def enter_household(desk, family):
	desk.open("List", "Recipient Household").press("添加 救助家庭")
	desk.fill(head=family.head)
	desk.add_row("members", recipient=family.wife, kinship="配偶")
	desk.add_row("members", recipient=family.son, kinship="子")
	desk.shoot("新建家庭")
	desk.save().shoot("家庭")


def enter_application(desk, family) -> str:
	desk.menu("新建", "救助申请")
	desk.fill(category="农村低保", cause="疾病", need_text="户主患慢性病，收入减少。", applicant_signed=1)
	desk.shoot("新建申请")
	desk.tab("家庭与经济状况")
	desk.press("从家庭带入成员")
	desk.edit_row("members", 1, labour_capacity="部分丧失劳动能力", health="慢性病")
	desk.add_row(
		"incomes", recipient=family.head, kind="经营净收入", item="务农", annual="6000", deduction="1500"
	)
	desk.fill(no_property=1)
	desk.shoot("家庭与经济状况")
	desk.tab("救助申请")
	desk.save().shoot("申请已保存")
	desk.tab("材料清单")
	for number in range(1, desk.page.evaluate("cur_frm.doc.materials.length") + 1):
		if desk.page.evaluate("n => cur_frm.doc.materials[n - 1].requirement === 'Required'", number):
			desk.edit_row("materials", number, received=1)
	desk.save().shoot("材料清单")
	desk.tab("核算")
	desk.shoot("核算")
	return desk.name()


def enter_authorisations(desk, case, family, consent):
	for number, name in enumerate((family.head, family.wife, family.son)):
		desk.open("Form", "Assistance Application", case).reload().menu("新建", "核对授权")
		if number < 2:
			dialog = desk.dialog("为谁登记核对授权？")
			desk.fill(dialog, member=name).press("继续", dialog)
		desk.fill(signed_on=today(), file=consent)
		if not number:
			desk.shoot("新建核对授权")
		desk.save()


# --- the second officer --------------------------------------------------------------------------------
def accept(desk, case):
	desk.open("Form", "Assistance Application", case).shoot("受理前")
	desk.step("受理", "材料齐全")
	assert desk.value("workflow_state") == "Accepted"
	desk.shoot("已受理")
	desk.step("开始调查核实", "安排入户")
	assert desk.value("workflow_state") == "Under Investigation"


def investigate(desk, case, family):
	# both have a file with training and background check
	builders.make_investigator(
		desk.page.evaluate("frappe.session.user_fullname"), desk.page.evaluate("frappe.session.user")
	)
	builders.make_investigator("郑协查")
	frappe.db.commit()
	desk.menu("新建", "入户调查")
	desk.edit_row("investigators", 1, signed=1)
	desk.add_row("investigators", participant_name="郑协查", post="驻村干部", signed=1)
	desk.fill(**dict.fromkeys(visit_safety.FACTORS, "无"))
	desk.fill(
		member_present=family.head, member_signed=1, consistent="一致", conclusion="与申报一致，生活困难。"
	)
	desk.shoot("入户调查")
	desk.save()
	desk.submit()
	desk.shoot("入户调查已提交")


def report_check(desk, case):
	desk.open("Form", "Assistance Application", case).menu("新建", "核对报告")
	desk.fill(report_date=today(), report_number="HD-2026-0001", conclusion="未发现影响")
	desk.shoot("核对报告")
	desk.save()
	desk.submit()


def give_first_opinion(desk, case):
	desk.open("Form", "Assistance Application", case)
	desk.step("初审公示", "符合农村低保条件，拟纳入")
	assert desk.value("workflow_state") == "Preliminary Publicity"
	desk.shoot("初审公示")


# --- publicity -----------------------------------------------------------------------------------------
def post_notice(desk, case):
	desk.open("Form", "Assistance Application", case).press("公示")
	desk.shoot("公示草稿")
	desk.press("隐私审查并张贴")
	dialog = desk.dialog("隐私审查并张贴")
	for point in dialog.locator("input[type=checkbox]:visible").all():
		point.check()
	desk.press("张贴公示", dialog)
	desk.page.wait_for_function("cur_frm?.doc?.status === 'In Publicity'")
	desk.shoot("公示中")


def seven_days_pass(case):
	"""The board has hung for its time: the dates move back by eight days, then the nightly job runs."""
	name = frappe.db.get_value("Assistance Application", case, "publicity")
	notice = frappe.get_doc("Publicity Notice", name)
	dates = {"posted_on": add_days(notice.posted_on, -8), "ends_on": add_days(notice.ends_on, -8)}
	frappe.db.set_value("Publicity Notice", name, dates, update_modified=False)
	taking_down.complete_expired()
	frappe.db.commit()
	assert frappe.db.get_value("Publicity Notice", name, "status") == "Completed"


# --- review and confirmation ---------------------------------------------------------------------------
def submit_for_review(desk, case):
	desk.open("Form", "Assistance Application", case).reload()
	desk.step("提交审核", "公示无异议")
	assert desk.value("workflow_state") == "Under Review"
	desk.shoot("提交审核")


def recommend(desk, case):
	desk.open("Form", "Assistance Application", case).reload()
	desk.step("拟予确认", "同意初审意见")
	assert desk.value("workflow_state") == "Awaiting Confirmation"
	desk.shoot("复审")


def confirm(desk, case):
	desk.open("Form", "Assistance Application", case).shoot("终审前")
	desk.step("确认", "同意")
	assert desk.value("workflow_state") == "Confirmed"
	desk.tab("决定")
	desk.shoot("已确认")


def look_at_roll(desk, family):
	desk.open("query-report", "Monthly Roll")
	month = add_months(get_first_day(today()), 1)
	desk.fill(month=str(month), detail=1)
	desk.body.get_by_text(family.head).first.wait_for(state="visible")
	desk.shoot("下月名册")


def look_at_letter(desk, case, family):
	"""The printer button of a confirmed case brings its letter, without a choice to make."""
	desk.open("Form", "Assistance Application", case)
	desk.page.locator('.page-container:visible [data-original-title="打印"]').click()
	letter = desk.page.frame_locator("iframe.print-format-container")
	letter.get_by_text("确认通知书").first.wait_for()
	desk.shoot("打印预览")
	assert desk.control("print_format").locator("option:checked").inner_text() == "确认通知书"
	assert family.head in letter.locator("body").inner_text()
