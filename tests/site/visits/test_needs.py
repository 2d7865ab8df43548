"""What a person of a special group needs is asked, confirmed by another, and answered by measures that come to an end."""

import json

import frappe
import pytest
from frappe.client import set_value as client_set_value
from frappe.utils import add_days, add_months, getdate, today

from socaid_app.casework.duties import NotYourDuty
from socaid_app.casework.records import SecondPersonNeeded
from socaid_app.field_visits import needs, plan_measures, service_history
from socaid_app.field_visits.doctype.partner_body.partner_body import PartnerUnfit
from socaid_app.field_visits.needs_questions import ASSESSMENT, TEMPLATE, QuestionnaireInvalid
from socaid_app.field_visits.plan_measures import PLAN, MeasureInvalid
from socaid_app.field_visits.report.special_groups_register.special_groups_register import execute
from socaid_app.patches.v1_0 import ends_of_measures
from socaid_app.permissions.scope import LinkOutOfScope
from socaid_app.socaid_app import life_events
from tests import builders
from tests.builders.visits import make_photo

REGISTER = "Register"


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


@pytest.fixture
def household(team):
	household = builders.make_household(builders.VILLAGE_A, 1)
	builders.grant_benefit(household)
	frappe.db.set_value("Recipient", household.head, {"disability_grade": "2", "disability_type": "Physical"})
	return household


def begin(household, user, **values):
	with builders.acting_as(user):
		return frappe.get_doc({"doctype": ASSESSMENT, "recipient": household.head, **values}).insert()


def answer(doc, user, answers: dict | None = None):
	"""Everything, with the harmless answer where the test says nothing."""
	with builders.acting_as(user):
		lines = frappe.get_doc(TEMPLATE, doc.template).answers
		for row in doc.answers:
			harmless = next(line.answer for line in lines if line.question == row.question and not line.need)
			row.answer = (answers or {}).get(row.question) or row.answer or harmless
		return doc.save()


def assessed(household, team, answers: dict | None = None, **values):
	doc = answer(begin(household, team.clerk, **values), team.clerk, answers)
	with builders.acting_as(team.clerk):
		needs.hand_in(doc.name)
	with builders.acting_as(team.approver):
		needs.confirm(doc.name)
	return doc.reload()


EATING = "吃饭能否自主完成？"
HOUSING = "住房是否安全、便于行动？"
FALTERING = {EATING: "不能", HOUSING: "安全但不便行动，需无障碍改造"}


def planned(household, team, **values):
	doc = assessed(household, team, FALTERING, **values)
	with builders.acting_as(team.clerk):
		return frappe.get_doc(PLAN, needs.make_plan(doc.name, "能安全在家生活", add_months(today(), 6)))


def under_way(household, team):
	plan = planned(household, team)
	with builders.acting_as(team.approver):
		client_set_value(PLAN, plan.name, "status", plan_measures.UNDER_WAY)
	return plan.reload()


# --- the assessment -----------------------------------------------------------------------------------------------
def test_what_the_register_knows_comes_answered(household, team):
	doc = begin(household, team.clerk)
	said = {row.question: (row.answer, row.known_from) for row in doc.answers}
	assert (doc.group, doc.household, doc.division) == ("Disabled", household.name, household.division)
	assert said["残疾等级是？"] == ("二级", REGISTER)
	assert said["与谁共同生活？"] == ("独居", REGISTER)
	assert said[EATING] == (None, None)


def test_needs_and_grade_follow_from_the_answers_and_another_person_confirms(household, team):
	doc = begin(household, team.clerk)
	with builders.acting_as(team.clerk), pytest.raises(needs.AssessmentRefused, match="尚未回答"):
		needs.hand_in(doc.name)
	answer(doc, team.clerk, FALTERING)
	assert [(row.need, row.urgency) for row in doc.needs] == [("Care", "Urgent"), ("Housing", "Soon")]
	assert (doc.care_grade, doc.score) == ("Half Care", 6)
	with builders.acting_as(team.clerk):
		needs.hand_in(doc.name)
		with pytest.raises(NotYourDuty):
			needs.confirm(doc.name)
	with builders.acting_as(team.approver):
		needs.confirm(doc.name)
	doc.reload()
	assert (doc.status, doc.confirmed_by) == (needs.ASSESSED, team.approver)
	assert doc.next_on == getdate(add_months(today(), 12))
	with builders.acting_as(team.clerk):
		client_set_value(ASSESSMENT, doc.name, "score", 99)
		with pytest.raises(needs.AssessmentRefused):
			client_set_value(ASSESSMENT, doc.name, "group", "Child")
	assert (doc.reload().group, doc.score) == ("Disabled", 6)


def test_an_answer_that_is_not_offered_is_refused_on_every_channel(household, team):
	doc = begin(household, team.clerk)
	doc.answers[0].answer = "特级"
	with builders.acting_as(team.clerk), pytest.raises(QuestionnaireInvalid):
		doc.save()


def test_the_next_assessment_says_what_changed_and_replaces_the_last(household, team):
	first = assessed(household, team, FALTERING)
	second = begin(household, team.clerk)
	assert {row.question: row.known_from for row in second.answers}[HOUSING] == "Last Assessment"
	answer(second, team.clerk, {HOUSING: "不安全", EATING: "能", "与谁共同生活？": "三人以上共同生活"})
	assert [(row.need, row.course) for row in second.needs] == [("Housing", "More Urgent")]
	assert "不再需要：照料护理" in second.comparison and "得分6→" in second.comparison
	with builders.acting_as(team.clerk):
		needs.hand_in(second.name)
	with builders.acting_as(team.approver):
		needs.confirm(second.name)
	assert (first.reload().status, first.next_on) == (needs.REPLACED, None)


def test_one_assessment_of_a_person_at_a_time_and_none_of_a_stranger(household, team):
	begin(household, team.clerk)
	with pytest.raises(needs.AssessmentRefused):
		begin(household, team.clerk)
	far = builders.make_person("外乡人", builders.VILLAGE_B)
	with builders.acting_as(team.clerk), pytest.raises((LinkOutOfScope, frappe.PermissionError)):
		frappe.get_doc({"doctype": ASSESSMENT, "recipient": far.name, "group": "Elderly"}).insert()


def test_an_administrator_edits_the_questionnaire_without_code(household, team):
	template = frappe.get_doc(TEMPLATE, "残疾人需求评估")
	line = {"dimension": "出行", "question": "出行有无困难？"}
	template.append("answers", line | {"answer": "无", "score": 0})
	template.append("answers", line | {"answer": "有", "score": 5, "need": "Care", "urgency": "Can Wait"})
	template.save()
	doc = answer(
		begin(household, team.clerk), team.clerk, {line["question"]: "有", "与谁共同生活？": "两人共同生活"}
	)
	assert [(row.need, row.urgency) for row in doc.needs] == [("Care", "Can Wait")]
	template.append("answers", line | {"answer": "有", "score": 1})
	with pytest.raises(QuestionnaireInvalid):
		template.save()


# --- the plan -----------------------------------------------------------------------------------------------------
def test_the_list_of_services_suggests_measures_for_each_need(household, team):
	plan = planned(household, team)
	services = {row.service: (row.need, row.frequency) for row in plan.measures}
	assert services["家庭无障碍改造"] == ("Housing", "1次") and services["上门生活照料"][1] == "每周2次"
	assert "困境儿童关爱" not in services and "衣被取暖物资" not in services
	assert (
		"照料护理（紧急）" in plan.situation
		and frappe.db.get_value(ASSESSMENT, plan.assessment, "plan") == plan.name
	)


def test_another_person_approves_and_what_was_approved_stays(household, team):
	plan = planned(household, team)
	with builders.acting_as(team.clerk), pytest.raises(NotYourDuty):
		client_set_value(PLAN, plan.name, "status", plan_measures.UNDER_WAY)
	with builders.acting_as(team.approver):
		own = frappe.copy_doc(plan).insert()
		with pytest.raises(SecondPersonNeeded):
			client_set_value(PLAN, own.name, "status", plan_measures.UNDER_WAY)
		client_set_value(PLAN, plan.name, "status", plan_measures.UNDER_WAY)
	plan.reload()
	assert (plan.approved_by, plan.approved_on) == (team.approver, getdate(today()))
	with builders.acting_as(team.clerk):
		plan.measures[0].detail = "别的"
		with pytest.raises(MeasureInvalid):
			plan.save()
		plan_measures.revise(plan.name, "家庭另有打算")
	assert (plan.reload().status, plan.approved_by) == (plan_measures.DRAFT, None)


def test_a_measure_is_given_and_comes_to_its_end(household, team):
	plan = under_way(household, team)
	first, second = plan.measures[:2]
	with builders.acting_as(team.clerk):
		plan_measures.record_service(plan.name, first.name, today(), "上门洗衣做饭")
		plan_measures.end_measure(plan.name, first.name, "Done", "生活有人照料", "Satisfied")
		plan_measures.end_measure(plan.name, second.name, "Refused by the Family", "由女儿照料")
		with pytest.raises(MeasureInvalid):
			plan_measures.end_measure(plan.name, second.name, "Done", "又办了", "Satisfied")
		for row in plan.measures[2:]:
			plan_measures.end_measure(plan.name, row.name, "Body Cannot Do It", "本县没有")
	plan.reload()
	assert [row.status for row in plan.measures[:2]] == ["Done", "Refused by the Family"]
	assert [(row.service, row.given) for row in plan.services] == [(first.service, "上门洗衣做饭")]
	told = [row["title"] for row in service_history.of_household(household.name)]
	assert "需求评估" in told and "个性化救助方案" in told and told.count("家庭谢绝") == 1
	with builders.acting_as(team.clerk):
		plan.update({"status": "Evaluated", "evaluation": "有改善", "effect": "Goal Partly Reached"})
		plan.save()
		plan.status = "Ended"
		assert plan.save().status == "Ended"


def test_a_measure_that_came_to_nothing_says_why(household, team):
	plan = under_way(household, team)
	plan.measures[0].status = "Broken Off"
	with builders.acting_as(team.clerk), pytest.raises(MeasureInvalid, match="未落实"):
		plan.save()


def test_death_and_departure_end_plan_measures_and_assessment(household, team):
	plan = under_way(household, team)
	life_events.record(household.head, "Death", today())
	plan.reload()
	assert plan.status == "Ended" and {row.status for row in plan.measures} == {"Broken Off"}
	assert frappe.db.get_value(ASSESSMENT, plan.assessment, ["status", "next_on"]) == (needs.REPLACED, None)
	other = builders.make_household(builders.VILLAGE_A, 1)
	frappe.db.set_value("Recipient", other.head, "disability_grade", "1")
	plan = under_way(other, team)
	life_events.record(other.head, "Moved Out", today())
	assert plan.reload().status == "Ended"


def test_the_reminder_of_measures_asks_for_the_open_ones_alone(site):
	rule = frappe.get_doc("Due Rule", "plan_measure")
	rule.conditions = json.dumps(ends_of_measures.BEFORE)
	rule.save()
	for _again in range(2):
		ends_of_measures.execute()
		assert json.loads(frappe.db.get_value("Due Rule", rule.name, "conditions")) == ends_of_measures.AFTER


# --- the register of groups -----------------------------------------------------------------------------------------
def register(user, **filters):
	with builders.acting_as(user):
		return execute({"township": builders.TOWNSHIP_A, **filters})[1]


def test_the_register_names_who_lacks_what_without_being_told_twice(household, team):
	assert household.head in {
		row.recipient for row in register(team.clerk, group="Disabled", lacking="No Assessment")
	}
	plan = under_way(household, team)
	(row,) = [row for row in register(team.clerk, group="Disabled") if row.recipient == household.head]
	assert (row.assessment, row.plan, row.late) == (plan.assessment, plan.name, 0)
	frappe.db.set_value("Individual Plan Measure", plan.measures[0].name, "due_on", add_days(today(), -1))
	late = register(team.clerk, group="Disabled", lacking="Overdue Measure")
	assert household.head in {row.recipient for row in late}
	with builders.acting_as(team.clerk):
		counted = [row for row in execute({})[1] if row.group == "Disabled"]
	assert [row.township for row in counted] == [builders.TOWNSHIP_A] and counted[0].overdue >= 1
	stranger = builders.make_user("Township Officer", builders.TOWNSHIP_B)
	assert not register(stranger, group="Disabled")


# --- partners -------------------------------------------------------------------------------------------------------
def test_a_partner_is_told_only_with_agreement_promise_and_consent(household, team):
	plan = under_way(household, team)
	body = frappe.get_doc(
		{"doctype": "Partner Body", "body_name": f"社工站{builders.digits()}", "kind": "Social Workers"}
	)
	body.insert()
	(turn, *_more) = plan_measures.referrals_to_begin(plan)
	slip = {"doctype": "Service Referral", **turn.values, "partner_body": body.name, "consented_on": today()}

	def hand_over(**values):
		with builders.acting_as(team.clerk):
			return frappe.get_doc(slip | values).insert()

	with pytest.raises(PartnerUnfit, match="协议"):
		hand_over()
	body.agreement_until = add_days(today(), 30)
	body.save()
	with pytest.raises(PartnerUnfit, match="保密"):
		hand_over()
	body.update({"confidentiality_on": today(), "confidentiality_paper": make_photo()})
	body.save()
	with pytest.raises(frappe.ValidationError, match="同意"):
		hand_over(consented_on=None)
	done = hand_over()
	assert (done.sent_to, done.plan) == (body.name, plan.name)
	logged = {"reference_name": household.head, "purpose": ["like", f"%{body.name}%"]}
	assert frappe.db.count("Sensitive Access Log", logged)
	html = frappe.get_print("Service Referral", done.name, "Referral Slip")
	number, phone = frappe.db.get_value("Recipient", household.head, ["id_number", "phone"])
	assert (
		body.name in html and number not in html and "残疾" not in html and (not phone or phone not in html)
	)
	for doctype, name, letter in (
		(ASSESSMENT, plan.assessment, "Needs Assessment Form"),
		(PLAN, plan.name, "Individual Plan Sheet"),
	):
		assert "上门生活照料" in frappe.get_print(doctype, name, letter) or doctype == ASSESSMENT
