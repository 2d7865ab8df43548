"""A template is a record; plans make dated checks; what is wrong goes to the common ledger and is rechecked."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.assistance_archives import labels
from socaid_app.casework import rectification
from socaid_app.casework.duties import NotYourDuty
from socaid_app.casework.records import RecordClosed
from socaid_app.casework.steps import StepNotOpen
from socaid_app.service_management import check_planning, service_checks
from socaid_app.service_management.report.service_check_statistics import service_check_statistics
from socaid_app.service_management.service_checks import CheckUnfinished, NothingConcerned, TemplateNotInUse
from tests import builders

SIGNATURE = "data:image/png;base64,iVBORw0KGgo="


@pytest.fixture
def staff(site):
	return frappe._dict(
		keeper=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		other=builders.make_user("Township Officer", builders.TOWNSHIP_A),
		manager=builders.make_user("Service Manager"),
		stranger=builders.make_user("Township Officer", builders.TOWNSHIP_B),
	)


def make_template(**values):
	return frappe.get_doc(
		{
			"doctype": "Service Check Template",
			"template_name": f"试验检查{frappe.generate_hash(length=6)}",
			"group": "Safety",
			"every": 1,
			"unit": "Months",
			"rectify_days": 5,
			"active_from": "2026-01-01",
			"reviewing_role": "Service Manager",
			"questions": [
				{"question": "门锁完好", "must_pass": 1},
				{"question": "温度", "answer_kind": "Number", "lowest": 14, "highest": 24, "weight": 9},
			],
			**values,
		}
	).insert()


@pytest.fixture
def place(staff):
	return frappe.get_doc(
		{
			"doctype": "Service Object",
			"object_name": "接待室",
			"kind": "Room",
			"responsible": staff.keeper,
			"division": builders.TOWNSHIP_A,
		}
	).insert()


def make_plan(template, place, **values):
	return frappe.get_doc(
		{
			"doctype": "Service Check Plan",
			"template": template.name,
			"service_object": place.name,
			"responsible": place.responsible,
			"first_on": today(),
			**values,
		}
	).insert()


def checks_of(plan) -> list:
	return frappe.get_all(
		"Service Check", filters={"plan": plan.name}, fields=["name", "due_on"], order_by="due_on"
	)


@pytest.fixture
def check(staff, place):
	plan = make_plan(make_template(), place)
	check_planning.nightly()
	return frappe.get_doc("Service Check", checks_of(plan)[0].name)


def answer(check, *answers, remark=None):
	for row, text in zip(check.answers, answers, strict=True):
		row.answer, row.remark = text, remark
	check.signature = SIGNATURE
	check.save()
	return check.name


def test_the_night_makes_each_check_once(place):
	plan = make_plan(make_template(), place, every=1, unit="Weeks", first_on=add_days(today(), -14))
	check_planning.nightly()
	made = checks_of(plan)
	assert [row.due_on for row in made] == [getdate(add_days(today(), days)) for days in (-14, -7, 0, 7)]
	check_planning.nightly()
	assert checks_of(plan) == made
	check = frappe.get_doc("Service Check", made[0].name)
	assert [row.question for row in check.answers] == ["门锁完好", "温度"]
	assert check.township == builders.TOWNSHIP_A and check.status == service_checks.PLANNED


def test_months_are_counted_from_the_first_day(place):
	plan = make_plan(make_template(), place, first_on="2026-01-31")
	check_planning.nightly()
	assert [str(row.due_on) for row in checks_of(plan)][:3] == ["2026-01-31", "2026-02-28", "2026-03-31"]
	assert frappe.db.get_value("Service Check Plan", plan.name, "next_on") > getdate(today())


def test_a_paused_or_ended_plan_rests(place):
	template = make_template()
	paused = make_plan(template, place, paused=1)
	ended = make_plan(template, place, first_on=add_days(today(), -40), ends_on=add_days(today(), -35))
	check_planning.nightly()
	assert not checks_of(paused) and len(checks_of(ended)) == 1


def test_what_is_wrong_is_an_issue_and_another_person_reviews(staff, check):
	with builders.acting_as(staff.keeper):
		name = answer(frappe.get_doc("Service Check", check.name), "No", "20", remark="锁舌损坏")
		service_checks.submit_check(name)
	check.reload()
	assert (check.status, check.result, check.score) == (service_checks.TO_REVIEW, "Not Passed", 90)
	issue = frappe.get_doc(rectification.DOCTYPE, check.answers[0].issue)
	assert (issue.source_kind, issue.responsible, issue.severity) == (
		"Service Check",
		staff.keeper,
		"Critical",
	)
	assert issue.due_on == getdate(add_days(today(), 5)) and issue.source_name == check.name
	with builders.acting_as(staff.other), pytest.raises(NotYourDuty):
		service_checks.confirm_check(check.name)
	with builders.acting_as(staff.manager):
		service_checks.confirm_check(check.name)
	check.reload()
	assert (check.status, check.reviewed_by) == (service_checks.DONE, staff.manager)


def test_sent_back_it_is_done_again_and_raises_no_second_issue(staff, check):
	with builders.acting_as(staff.keeper):
		service_checks.submit_check(
			answer(frappe.get_doc("Service Check", check.name), "Yes", "30", remark="过热")
		)
	with builders.acting_as(staff.manager):
		service_checks.send_back_check(check.name, review_note="请复测")
	with builders.acting_as(staff.keeper):
		service_checks.submit_check(
			answer(frappe.get_doc("Service Check", check.name), "Yes", "29", remark="过热")
		)
	assert frappe.db.count(rectification.DOCTYPE, {"source_name": check.name}) == 1


def test_a_reviewer_does_not_review_the_own_check(staff, check):
	with builders.acting_as(staff.manager):
		service_checks.submit_check(answer(frappe.get_doc("Service Check", check.name), "Yes", "20"))
		with pytest.raises(NotYourDuty):
			service_checks.confirm_check(check.name)


def test_unanswered_unsigned_or_unexplained_it_is_not_submitted(check):
	with pytest.raises(CheckUnfinished):
		service_checks.submit_check(check.name)
	with pytest.raises(CheckUnfinished):
		service_checks.submit_check(answer(check, "No", "20"))


def test_a_submitted_check_is_closed_and_its_questions_are_frozen(staff, check):
	template = frappe.get_doc("Service Check Template", check.template)
	template.questions[0].question = "改了的问题"
	template.save()
	check.answers[0].question = "门锁完好吗"
	name = answer(check, "Yes", "20")
	service_checks.submit_check(name)
	check.reload()
	assert check.answers[0].question == "门锁完好" and check.result == "All in Order"
	check.remark = "后补"
	with pytest.raises(RecordClosed):
		check.save()
	with pytest.raises(StepNotOpen):
		service_checks.cancel_check(name, cancel_reason="误报")


def test_results_are_not_entered_by_hand(staff, place):
	template = make_template()
	values = {
		"doctype": "Service Check",
		"template": template.name,
		"service_object": place.name,
		"responsible": staff.keeper,
		"due_on": today(),
		"status": service_checks.DONE,
		"score": 100,
		"result": "All in Order",
	}
	with builders.acting_as(staff.keeper):
		check = frappe.get_doc(values).insert()
	assert (check.status, check.result, len(check.answers)) == (
		service_checks.PLANNED,
		"",
		2,
	) or not check.result
	with pytest.raises(NothingConcerned):
		frappe.get_doc({**values, "service_object": None}).insert()
	template.active_to = add_days(today(), -1)
	template.save()
	with pytest.raises(TemplateNotInUse):
		frappe.get_doc(values).insert()


def test_another_township_sees_none_of_it(staff, check):
	with builders.acting_as(staff.stranger):
		assert not frappe.get_list("Service Check", filters={"name": check.name})
		with pytest.raises(frappe.PermissionError):
			service_checks.submit_check(check.name)


def test_the_code_on_the_door_opens_the_check_that_waits(staff, place, check):
	with builders.acting_as(staff.keeper):
		assert labels.form_of(place.name).endswith(f"/service-check/{check.name}")
		service_checks.cancel_check(check.name, cancel_reason="装修")
		assert labels.form_of(place.name).endswith(f"/service-object/{place.name}")


def test_a_drill_names_who_took_part(staff, place):
	check = frappe.get_doc(
		{
			"doctype": "Service Check",
			"template": "应急演练评估",
			"service_object": place.name,
			"responsible": staff.keeper,
		}
	).insert()
	with builders.acting_as(staff.keeper):
		answer(check, "火灾", "2", "Yes", "4", "Yes", "Yes", "8", "无")
		with pytest.raises(CheckUnfinished, match="参加人员"):
			service_checks.submit_check(check.name)
		check.reload()
		check.append("participants", {"capacity": "Contractor", "participant_name": "周 走访"})
		check.save()
		service_checks.submit_check(check.name)
	frappe.local.lang = "zh"
	paper = builders.printed("Service Check", check.name, "Service Check Record")
	assert "应急演练评估" in paper and "周走访" in paper


def test_points_alone_may_be_too_few(staff, place):
	"""Nothing is wrong by itself, and the whole is followed up all the same."""
	template = make_template(
		reviewing_role=None,
		questions=[{"question": "整洁", "answer_kind": "Score", "lowest": 5, "highest": 10}],
	)
	check = frappe.get_doc(
		{
			"doctype": "Service Check",
			"template": template.name,
			"service_object": place.name,
			"responsible": staff.keeper,
		}
	).insert()
	service_checks.submit_check(answer(check, "6"))
	check.reload()
	assert check.result == "Not Passed" and not check.problem_count
	assert frappe.db.get_value(rectification.DOCTYPE, check.issue, "responsible") == staff.keeper


def test_statistics_count_by_place(staff, place):
	template = make_template(reviewing_role=None)
	plan = make_plan(template, place, unit="Weeks", first_on=add_days(today(), -14))
	check_planning.nightly()
	answered = frappe.get_doc("Service Check", checks_of(plan)[0].name)
	service_checks.submit_check(answer(answered, "Yes", "30", remark="过热"))
	filters = {"by": "Place or Thing", "template": template.name, "to_date": today()}
	(row,) = service_check_statistics.execute(filters)[1]
	assert (row.subject, row.planned, row.done, row.missed, row.with_problems) == (place.name, 3, 1, 1, 1)
	with builders.acting_as(staff.stranger):
		assert not service_check_statistics.execute(filters)[1]


def test_shipped_templates_stand_up_to_their_own_rules(site):
	for name in frappe.get_all("Service Check Template", pluck="name", order_by="name"):
		frappe.get_doc("Service Check Template", name).save()
	assert frappe.db.count("Service Check Template") >= 14
