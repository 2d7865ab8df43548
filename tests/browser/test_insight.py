"""A director answers the ten questions from the desk: one click to the figures, one more to the list behind them."""

import frappe
import pytest
from frappe.utils import add_days, today

from tests import builders
from tests.browser.people import VILLAGE
from tests.builders.petition_records import make_petition

# The shortcut a director clicks, in the order of the questions, and the report it opens.
QUESTIONS = (
	("户数与资金", "Households and Cost"),
	("超期事项与责任人", "Overdue and Whose"),
	("走访完成情况", "Visits in Time"),
	("未予救助的原因", "Reasons of Refusal"),
	("信访办理与满意度", "Petitions and Satisfaction"),
	("本月增减变动", "Changes of the Month"),
	("各环节办理时长", "Processing Times"),
	("人口覆盖面", "Coverage of the Population"),
	("支出预测", "Cost Forecast"),
	("经办人员数据质量", "Data Quality by Clerk"),
)

WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def county(staff):
	"""A little of everything that is asked about."""
	household = builders.make_household(VILLAGE, 2, name="统计户")
	builders.grant_benefit(household, amount=432.1)
	make_petition(division=VILLAGE, subject="统计事由1")
	for doctype, values in (
		(
			"Data Quality Issue",
			{
				"subject": "测试问题1",
				"responsible": staff.officer,
				"due_on": add_days(today(), -2),
				"status": "Open",
				"found_on": today(),
			},
		),
		(
			"Screening Task",
			{"household": household.name, "head_name": "统计户甲", "due_on": today(), "status": "To Do"},
		),
		(
			"Assistance Application",
			{
				"category": "农村低保",
				"applicant_name": "测试申请人",
				"workflow_state": "Rejected",
				"decided_on": today(),
				"decision_reason": "家庭收入高于标准",
			},
		),
	):
		row = frappe.get_doc(
			{"doctype": doctype, "division": VILLAGE, "township": builders.CASE_TOWNSHIP, **values}
		)
		row.name = frappe.generate_hash(length=10)
		row.flags.name_set = True
		row.db_insert()
		last = row
	frappe.get_doc(
		{
			"doctype": "Application Deadline",
			"parent": last.name,
			"parenttype": last.doctype,
			"parentfield": "deadlines",
			"idx": 1,
			"deadline_key": "total",
			"label": "作出决定",
			"kind": "Statutory",
			"start": add_days(today(), -9),
			"due": today(),
			"done_on": today(),
		}
	).db_insert()
	frappe.db.commit()


def open_question(desk, label: str, report: str) -> None:
	desk.open("Workspaces", "Management Insight")
	desk.body.locator(".shortcut-widget-box", has_text=label).first.click()
	desk.page.wait_for_function(
		"name => window.frappe?.query_report?.report_name === name && frappe.query_report.data", arg=report
	)
	desk.settle()


def test_a_director_answers_ten_questions_each_by_two_clicks(desk_as, staff, county):
	desk = desk_as(staff.county_approver, "insight-", viewport=WIDE)
	for number, (label, report) in enumerate(QUESTIONS, 1):
		open_question(desk, label, report)
		links = desk.page.locator(".page-container:visible .socaid-opens")
		links.first.wait_for()
		desk.shoot(f"{number}{label}")
		shown = int(links.first.inner_text().replace(",", ""))
		links.first.click()
		desk.page.wait_for_function(
			"""number => {
				const list = frappe.get_route()[0] === "List";
				return list ? window.cur_list?.total_count === number || window.cur_list?.data?.length === number
					: frappe.query_report.data?.filter((row) => !row.bold).length === number
						&& frappe.query_report.get_filter_values().list;
			}"""
			if report != "Coverage of the Population"
			# a population is that of the township which the list shows
			else "number => frappe.get_route()[0] === 'List' && window.cur_list?.data?.length",
			arg=shown,
		)
		desk.settle()
	assert desk.page.errors == []


def test_a_report_is_taken_along_as_excel_and_as_print(desk_as, staff, county):
	desk = desk_as(staff.county_approver, "insight-", viewport=WIDE)
	open_question(desk, *QUESTIONS[0])
	desk.page.evaluate("frappe.query_report.export_report()")
	with desk.page.expect_download() as sheet:
		desk.page.locator(".modal.show .btn-primary:visible").last.click()
	assert sheet.value.suggested_filename.endswith(".xlsx")
	with desk.page.expect_popup() as paper:
		desk.page.evaluate("frappe.query_report.print_report({ orientation: 'Landscape' })")
	printed = paper.value
	printed.wait_for_load_state()
	assert "甲山乡" in printed.locator("body").inner_text()
	assert desk.page.errors == []


def test_the_manager_of_the_contractor_sees_the_page_with_its_numbers_and_charts(desk_as, staff, county):
	desk = desk_as(staff.manager, "insight-", viewport=WIDE)
	desk.open("Workspaces", "Management Insight")
	for box in desk.body.locator(".number-widget-box").all():
		desk.page.wait_for_function(
			"box => box.querySelector('.number')?.innerText.trim()", arg=box.element_handle()
		)
	for label in ("已超期办件", "超期：问题整改"):
		number = desk.body.locator(".number-widget-box", has_text=label).locator(".number")
		overdue = int(number.inner_text().replace(",", ""))
		assert ("text-danger" if overdue else "text-success") in number.get_attribute("class")
	for box in desk.body.locator(".dashboard-widget-box").all():
		box.scroll_into_view_if_needed()
		desk.page.wait_for_function(
			"box => box.querySelector('svg.frappe-chart, .chart-empty-state:not(.hide)')",
			arg=box.element_handle(),
		)
	desk.settle().shoot("管理看板")
	assert desk.page.errors == []


def test_a_phone_shows_the_page_and_a_report(desk_as, staff, county):
	desk = desk_as(staff.county_approver, "insight-", viewport={"width": 390, "height": 844})
	desk.open("Workspaces", "Management Insight").settle().shoot("管理看板手机")
	desk.open("query-report", "Households and Cost").settle().shoot("户数与资金手机")
	assert desk.page.errors == []


def test_the_statistics_table_is_printed_and_its_checks_are_told(desk_as, staff, county):
	desk = desk_as(staff.county_approver, "insight-", viewport=WIDE)
	desk.open("Workspaces", "Management Insight")
	desk.body.locator(".shortcut-widget-box", has_text="社会救助统计月报").first.click()
	desk.page.wait_for_function("window.frappe?.query_report?.data?.length > 10")
	desk.settle().shoot("社会救助统计月报")
	shown = desk.page.locator(".page-container:visible").inner_text()
	assert "待核实" in shown and "不相符的核对项" in shown
	desk.page.evaluate("frappe.query_report.set_filter_value({ list: 'checks' })")
	desk.page.wait_for_function("frappe.query_report.columns.some((one) => one.fieldname === 'verdict')")
	desk.settle().shoot("平衡核对")
	assert desk.page.errors == []
