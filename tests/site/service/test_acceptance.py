"""What was promised is measured by the system, accepted with those who were served, and printed as one file."""

import frappe
import pytest
from frappe.utils import add_days, today

from socaid_app.casework import rectification
from socaid_app.casework.duties import NotYourDuty
from socaid_app.management_insight.report.service_figures import service_figures
from socaid_app.service_management import acceptance, service_checks, surveys
from socaid_app.service_management.report.service_check_statistics import service_check_statistics
from socaid_app.service_management.service_checks import CheckUnfinished
from socaid_app.service_management.surveys import SampleInvalid
from tests import builders
from tests.builders.visits import make_family

START, END = "2019-01-01", "2019-03-31"
SIGNATURE = "data:image/png;base64,iVBORw0KGgo="
VISITS = "满意度调查：入户走访"


@pytest.fixture
def staff(site):
	return frappe._dict(
		clerk=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		contractor=builders.make_user("Service Manager"),
		bureau=builders.make_user("County Reviewer"),
	)


def survey(staff, marks, words="无", **values):
	"""Answered by phone; marks in the order of the questions."""
	with builders.acting_as(staff.clerk):
		check = frappe.get_doc(
			{
				"doctype": "Service Check",
				"template": VISITS,
				"channel": "By Phone",
				"responsible": staff.clerk,
				"division": builders.TOWNSHIP_A,
				**values,
			}
		).insert()
		for row, mark in zip(check.answers, [*marks, words], strict=True):
			row.answer = str(mark)
			row.remark = "说话太快" if row.answer_kind == "Score" and float(mark) < 6 else ""
		check.save()
		service_checks.submit_check(check.name)
	return check.reload()


def begin(staff, **values):
	return frappe.get_doc(
		{
			"doctype": "Service Check",
			"template": "服务合同验收",
			"responsible": staff.contractor,
			"period_from": START,
			"period_to": END,
			**values,
		}
	).insert()


def answered(check):
	"""Everything kept, but one promise; where the system counts nothing, a figure that people enter."""
	for row in check.answers:
		row.answer = row.answer or ("Yes" if row.answer_kind == "Yes or No" else str(row.lowest))
	row = next(row for row in check.answers if "卫生责任书" in row.question)
	row.answer, row.remark = "No", "两个区域没有签订"
	check.signature = SIGNATURE
	return check.save()


def test_a_survey_forgets_whom_it_asked_and_low_marks_are_followed_up(staff):
	family = builders.make_household(builders.VILLAGE_A)
	check = survey(staff, [9, 10, 4, 8, 9], household=family.name)
	assert check.household is None and check.status == "Check Done" and check.score == 80
	issue = frappe.get_doc(rectification.DOCTYPE, check.answers[2].issue)
	assert issue.responsible == staff.clerk and "说话太快" in issue.subject and not issue.household
	survey(staff, [10, 10, 10, 10, 10])
	with builders.acting_as(staff.bureau):
		_columns, rows = service_check_statistics.execute({"by": "Township", "template": VISITS})
	row = next(row for row in rows if row.subject == builders.TOWNSHIP_A)
	assert row.subject_name != row.subject and row.done >= 2


def test_the_system_measures_and_nobody_types_its_figures(staff):
	one = survey(staff, [10, 10, 10, 10, 10])
	frappe.db.set_value("Service Check", one.name, "checked_at", "2019-02-01 09:00:00")
	with builders.acting_as(staff.contractor):
		check = begin(staff)
		service_checks.read_figures(check.name)
		check.reload()
		measured = next(row for row in check.answers if row.measure == acceptance.OF_SURVEYS)
		assert measured.answer == "100" and measured.measured
		assert not all(row.measured for row in check.answers if row.measure)
		measured.answer = "99"
		check.append("participants", {"capacity": "Person Served", "opinion": "走访很勤。"})
		answered(check)
		service_checks.submit_check(check.name)
	check.reload()
	assert next(row for row in check.answers if row.measure == acceptance.OF_SURVEYS).answer == "100"


def test_an_acceptance_hears_those_served_and_ends_in_one_file(staff):
	with builders.acting_as(staff.contractor):
		check = begin(staff)
		with pytest.raises(CheckUnfinished):
			service_checks.submit_check(answered(check).name)
		check.reload()
		check.append("participants", {"capacity": "Person Served", "opinion": "走访很勤，态度好。"})
		check.append("participants", {"capacity": "Bureau", "participant_name": "周 县审", "opinion": "同意"})
		check.save()
		service_checks.submit_check(check.name)
		with pytest.raises(NotYourDuty):
			service_checks.confirm_check(check.name)
	with builders.acting_as(staff.bureau):
		service_checks.confirm_check(check.name, "两项限期整改。")
	check.reload()
	template = frappe.get_doc("Service Check Template", check.template)
	assert check.status == "Check Done" and check.penalty == acceptance.penalty(check.score, template)
	frappe.local.lang = "zh"
	paper = builders.printed("Service Check", check.name, "Acceptance File")
	for words in (
		"政府购买社会救助服务验收材料",
		"第六章 内容完整性",
		"走访很勤",
		"两个区域没有签订",
		"两项限期整改",
	):
		assert words in paper


def test_missing_points_cost_what_the_contract_says(staff):
	template = frappe._dict(pass_mark=85, penalty_per_point=1000)
	assert acceptance.penalty(82.5, template) == 2500
	assert acceptance.penalty(91, template) == 0


def test_a_period_that_runs_is_not_accepted(staff):
	with builders.acting_as(staff.contractor):
		check = begin(staff, period_from=add_days(today(), -30), period_to=add_days(today(), 5))
		check.append("participants", {"capacity": "Person Served", "opinion": "好"})
		check.save()
		with pytest.raises(CheckUnfinished, match="还没有结束"):
			service_checks.submit_check(answered(check).name)


def test_every_figure_that_can_be_promised_is_counted(staff):
	words = frappe.get_meta("Service Check Question").get_field("measure").options.split("\n")
	known = {*service_figures.MEASURES, *service_figures.OF_PETITIONS, acceptance.OF_SURVEYS}
	assert set(words) - {""} == known
	with builders.acting_as(staff.bureau):
		for name in known:
			value = acceptance.measured(name, START, today())
			assert value is None or value >= 0


def test_a_sample_is_drawn_among_families_in_benefit_and_nobody_twice(staff):
	make_family()
	with builders.acting_as(staff.contractor):
		drawn = sum(
			surveys.draw_sample(VISITS, households=5, responsible=staff.clerk, days=10) for _n in range(2)
		)
		with pytest.raises(SampleInvalid):
			surveys.draw_sample(VISITS, households=0, responsible=staff.clerk, days=10)
	sheets = frappe.get_all(
		"Service Check",
		{"responsible": staff.clerk, "status": "Check Planned"},
		pluck="household",
	)
	assert drawn and len(set(sheets)) == len(sheets) == drawn
