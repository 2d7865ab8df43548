"""Problems, individual plans and referrals are followed to their end, and the reports count what visits found."""

import frappe
import pytest
from frappe.client import save as client_save
from frappe.client import set_value as client_set_value
from frappe.utils import add_days, getdate, today

from socaid_app.field_visits import problems
from socaid_app.field_visits.problems import ProblemClosed, ResultMissing
from socaid_app.field_visits.report.needs_by_type.needs_by_type import execute as needs
from socaid_app.field_visits.report.visit_discrepancies.visit_discrepancies import execute as discrepancies
from socaid_app.field_visits.transitions import TransitionRefused
from socaid_app.permissions.scope import DivisionOutOfScope, LinkOutOfScope
from tests import builders
from tests.builders import fieldwork

A, B = "甲山乡", "金州乡"


@pytest.fixture
def household(site):
	return builders.make_household(name="跟进户")


def make_problem(household, **values):
	return frappe.get_doc(
		{
			"doctype": "Visit Problem",
			"subject": "屋顶漏雨",
			"household": household.name if household else None,
			"content": "北屋漏雨，需维修",
			"sent_to": "乡镇人民政府",
			"due_on": add_days(today(), 7),
			**values,
		}
	).insert()


def make_plan(household, **values):
	return frappe.get_doc(
		{
			"doctype": "Individual Plan",
			"household": household.name,
			"situation": "户主残疾",
			"goal": "能自理",
			"measures": [{"kind": "Rehabilitation", "partner": "Disabled Persons' Federation"}],
			**values,
		}
	).insert()


def make_referral(household, **values):
	return frappe.get_doc(
		{
			"doctype": "Service Referral",
			"household": household.name,
			"need": "Medical",
			"detail": "申请医疗救助",
			"sent_to": "县医保局",
			"sent_on": today(),
			**values,
		}
	).insert()


# --- problems ---------------------------------------------------------------------------------------------
def test_a_problem_is_open_then_in_progress_then_closed_with_its_result(household):
	problem = make_problem(household)
	assert (problem.status, problem.head_name, problem.division) == (
		"Open",
		household.head_name,
		household.division,
	)
	problems.follow_up(problem.name, "已联系村里")
	problem.reload()
	assert (problem.status, problem.follow_ups[0].action) == ("In Progress", "已联系村里")
	with pytest.raises(ResultMissing):
		problems.close(problem.name, " ")
	problems.close(problem.name, "已修好")
	problem.reload()
	assert (problem.status, problem.result, problem.closed_on) == ("Closed", "已修好", getdate(today()))
	with pytest.raises(ProblemClosed):
		problems.follow_up(problem.name, "再看看")


def test_no_other_way_closes_a_problem(household):
	problem = make_problem(household, status="Closed", closed_on=today(), result="好了")
	assert (problem.status, problem.closed_on) == ("Open", None)
	client_set_value("Visit Problem", problem.name, {"status": "Closed", "closed_on": today()})
	client_save(
		frappe.get_doc("Visit Problem", problem.name).as_dict(convert_dates_to_str=True)
		| {"status": "Closed"}
	)
	assert frappe.db.get_value("Visit Problem", problem.name, "status") == "Open"


def test_what_was_done_stays_on_record(household):
	problem = make_problem(household)
	problems.follow_up(problem.name, "已联系村里")
	problem.reload()
	problem.follow_ups[0].action = "没有联系"
	with pytest.raises(frappe.ValidationError):
		problem.save()
	problem.reload()
	problem.follow_ups = []
	with pytest.raises(frappe.ValidationError):
		problem.save()


def test_a_closed_problem_stays_closed_until_taken_up_again_with_reason(household):
	problem = make_problem(household)
	problems.close(problem.name, "已修好")
	with pytest.raises(ProblemClosed):
		client_set_value("Visit Problem", problem.name, "result", "改口")
	with pytest.raises(ResultMissing):
		problems.reopen(problem.name, "")
	problems.reopen(problem.name, "又漏了")
	problem.reload()
	assert (problem.status, problem.closed_on, problem.follow_ups[-1].action) == (
		"In Progress",
		None,
		"又漏了",
	)


def test_a_problem_of_a_visit_takes_the_visits_household(household):
	visit = fieldwork.store_visit(household.name)
	problem = make_problem(None, visit=visit)
	assert (problem.household, problem.division) == (household.name, household.division)


def test_a_problem_of_no_household_belongs_to_its_authors_place(household, as_user):
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		assert make_problem(None).township == builders.TOWNSHIP_A


# --- plans ------------------------------------------------------------------------------------------------
def test_a_plan_is_evaluated_before_it_ends(household):
	with builders.acting_as(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		plan = make_plan(household)
	plan.status = "Under Way"
	plan.save()
	for status in ("Ended", "Draft"):
		plan.status = status
		with pytest.raises(TransitionRefused):
			plan.save()
		plan.reload()
	plan.status = "Evaluated"
	with pytest.raises(frappe.ValidationError):
		plan.save()
	plan.reload()
	plan.status = "Evaluated"
	plan.evaluation = "有明显改善"
	plan.save()
	plan.status = "Ended"
	with pytest.raises(frappe.ValidationError):
		plan.save()  # a measure is not done
	plan.reload()
	plan.status = "Ended"
	plan.measures[0].status = "Done"
	plan.save()
	with pytest.raises(TransitionRefused):
		client_set_value("Individual Plan", plan.name, "goal", "别的")


def test_a_plan_under_way_has_a_measure(household):
	plan = make_plan(household, measures=[])
	with pytest.raises(frappe.ValidationError):
		client_set_value("Individual Plan", plan.name, "status", "Under Way")


def test_a_plan_starts_as_a_draft_for_a_member_of_the_household(household):
	with pytest.raises(TransitionRefused):
		make_plan(household, status="Ended", evaluation="好")
	stranger = builders.make_person("外人")
	with pytest.raises(frappe.ValidationError):
		make_plan(household, recipient=stranger.name)
	assert make_plan(household, recipient=household.head).status == "Draft"


# --- referrals --------------------------------------------------------------------------------------------
def test_a_referral_goes_its_way(household):
	referral = make_referral(household)
	with pytest.raises(TransitionRefused):
		client_set_value("Service Referral", referral.name, "status", "Completed")
	client_set_value("Service Referral", referral.name, "status", "Accepted")
	with pytest.raises(frappe.ValidationError):
		client_set_value("Service Referral", referral.name, "status", "Completed")
	client_set_value("Service Referral", referral.name, {"status": "Completed", "result": "已报销"})
	referral.reload()
	assert referral.completed_on == getdate(today())
	with pytest.raises(TransitionRefused):
		client_set_value("Service Referral", referral.name, "result", "改口")


def test_a_referral_sent_back_has_a_reason_and_can_be_sent_again(household):
	referral = make_referral(household)
	with pytest.raises(frappe.ValidationError):
		client_set_value("Service Referral", referral.name, "status", "Sent Back")
	client_set_value("Service Referral", referral.name, {"status": "Sent Back", "result": "缺材料"})
	client_set_value("Service Referral", referral.name, "status", "Sent")
	assert frappe.db.get_value("Service Referral", referral.name, "completed_on") is None


def test_completion_lies_between_referral_and_today(household):
	referral = make_referral(household)
	client_set_value("Service Referral", referral.name, "status", "Accepted")
	for day in (add_days(today(), -1), add_days(today(), 1)):
		with pytest.raises(frappe.ValidationError):
			client_set_value(
				"Service Referral",
				referral.name,
				{"status": "Completed", "result": "好", "completed_on": day},
			)


# --- who --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("make", [make_problem, make_plan, make_referral])
def test_a_township_follows_up_its_own_only(household, as_user, make):
	theirs = builders.make_household(builders.VILLAGE_B, name="邻乡")
	strange = make(theirs)
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		own = make(household)
		assert own.name in frappe.get_list(own.doctype, pluck="name")
		assert strange.name not in frappe.get_list(own.doctype, pluck="name")
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc(own.doctype, strange.name).check_permission("read")
		with pytest.raises((DivisionOutOfScope, LinkOutOfScope)):
			make(theirs)
		with pytest.raises(frappe.PermissionError):
			client_set_value(own.doctype, strange.name, "sent_to", "别处")


def test_an_auditor_reads_problems_without_closing_them(household, as_user):
	problem = make_problem(household)
	with as_user(builders.make_user("Socaid Auditor")):
		for call in (problems.close, problems.follow_up, problems.reopen):
			with pytest.raises(frappe.PermissionError):
				call(problem.name, "x")


# --- reports ----------------------------------------------------------------------------------------------
@pytest.fixture
def visits(site):
	frappe.db.delete("Home Visit")
	ours = fieldwork.store_visit()
	theirs = fieldwork.store_visit(division=builders.VILLAGE_B)
	unfinished = fieldwork.store_visit(status="Under Way")

	def need(visit, kind, urgency="Normal", done_on=None):
		row = {"kind": kind, "urgency": urgency, "done_on": done_on}
		fieldwork.store("Visit Need", parent=visit, parenttype="Home Visit", parentfield="needs", **row)

	def difference(visit, fact, decision=None):
		row = {"fact": fact, "decision": decision}
		fieldwork.store(
			"Visit Difference", parent=visit, parenttype="Home Visit", parentfield="differences", **row
		)

	need(ours, "Medical", "Urgent")
	need(ours, "Medical", done_on=today())
	need(ours, "Food")
	need(theirs, "Food")
	need(unfinished, "Food")
	difference(ours, "收入", "Accepted")
	difference(ours, "收入", "Not Accepted")
	difference(ours, "收入")
	difference(theirs, "住址", "Accepted")
	difference(unfinished, "住址")
	return ours, theirs


def rows_of(report, filters=None) -> list[tuple]:
	columns, rows, *_rest = report(filters or {})
	return [tuple(row[column["fieldname"]] for column in columns) for row in rows]


def test_needs_are_counted_by_type_and_township(visits):
	assert rows_of(needs) == [
		(A, "Food", 1, 0, 1),
		(A, "Medical", 2, 1, 1),
		(B, "Food", 1, 0, 1),
	]
	assert rows_of(needs, {"kind": "Medical"}) == [(A, "Medical", 2, 1, 1)]
	assert rows_of(needs, {"from_date": today()}) == []


def test_discrepancies_are_counted_by_fact_and_township(visits):
	assert rows_of(discrepancies) == [
		(A, "收入", 3, 1, 1, 1),
		(B, "住址", 1, 1, 0, 0),
	]
	assert rows_of(discrepancies, {"township": builders.TOWNSHIP_B}) == [(B, "住址", 1, 1, 0, 0)]


def test_a_township_reads_its_own_figures(visits, as_user):
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		assert {row[0] for row in rows_of(needs)} == {A}
		assert {row[0] for row in rows_of(discrepancies)} == {A}
