"""From an empty form to the roll: the whole line of work, as the people who do it."""

import json

import frappe
import pytest
from frappe.utils import add_months, get_first_day, getdate, today

from socaid_app.assistance_intake import assessment, case_steps, departures
from socaid_app.assistance_intake.case_steps import GateClosed
from socaid_app.policy import snapshot
from socaid_app.public_disclosure import notice_objections
from tests import builders


@pytest.fixture
def team(site):
	return builders.make_team()


def test_a_rural_household_reaches_the_roll_through_four_people(team):
	case = builders.make_application(team)
	assert case.workflow_state == "Draft"
	case = builders.advance_to(case, "Confirmed", team)
	entitlement = frappe.get_doc("Entitlement", case.entitlement)
	assert case.docstatus == 1
	assert entitlement.amount == case.proposed_amount > 0
	assert getdate(entitlement.start_month) == getdate(add_months(get_first_day(today()), 1))
	assert frappe.db.get_value("Recipient Household", case.household, "head") == case.applicant
	actors = [case.entered_by, case.first_reviewer, case.second_reviewer, case.final_approver]
	assert actors == [team.clerk, team.officer, team.reviewer, team.approver]
	assert case.county_filing == "Filed"


def test_the_amount_is_the_difference_to_the_standard_for_everybody_counted(team):
	case = builders.make_application(team)
	# 3,000 a year less 600 costs, two persons: 100 a month each.
	assert case.monthly_per_capita == 100
	assert case.proposed_amount == (case.standard_amount - 100) * 2
	assert [row.counted for row in case.members] == [1, 1]


def test_the_frozen_basis_replays_to_the_same_amount_after_the_rules_changed(team):
	case = builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)
	frappe.db.set_value("Assistance Standard", {"kind": "Dibao", "docstatus": 1}, "amount", 1)
	assert assessment.replay_amount(case) == case.proposed_amount
	assert snapshot.replay(json.loads(case.snapshot)).member_count == case.member_count


def test_every_step_is_logged_with_user_and_opinion(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	assert [(row.from_state, row.to_state, row.action, row.user) for row in case.opinions] == [
		("Draft", "Accepted", "Accept", team.officer),
		("Accepted", "Under Investigation", "Start Investigation", team.officer),
	]
	assert case.opinion is None


def test_acceptance_and_confirmation_make_out_numbered_notices(team):
	case = builders.advance_to(builders.make_application(team), "Confirmed", team)
	notices = frappe.get_all(
		"Document Delivery",
		filters={"reference_name": case.name},
		fields=["document_kind", "document_number", "due_on", "status", "message_log"],
		order_by="creation",
	)
	assert [row.document_kind for row in notices] == ["Acceptance Notice", "Confirmation Notice"]
	assert all(row.document_number and row.due_on for row in notices)
	assert notices[-1].message_log
	assert frappe.db.exists(
		"Notification Log", {"document_type": "Document Delivery", "for_user": team.clerk}
	)


def test_quick_relief_needs_neither_check_nor_publicity_and_is_paid_in_the_same_month(team):
	category = builders.case_category("Temporary", route="Quick Relief")
	case = builders.make_application(team, "Temporary", category=category)
	case = builders.act(case, "Accept", team.officer)
	case = builders.act(case, "Recommend", team.officer)
	case = builders.act(case, "Confirm", team.approver)
	entitlement = frappe.get_doc("Entitlement", case.entitlement)
	assert entitlement.amount == 400
	assert (
		getdate(entitlement.start_month) == getdate(entitlement.end_month) == getdate(get_first_day(today()))
	)
	assert not case.publicity


def test_a_lower_amount_may_be_granted_than_proposed_but_not_a_higher_one(team):
	category = builders.case_category("Temporary", route="Quick Relief")
	case = builders.make_application(team, "Temporary", category=category)
	case = builders.act(case, "Accept", team.officer)
	case = builders.act(case, "Recommend", team.officer)
	reason = {"departure_reason": "已获亲友资助100元"}
	with builders.acting_as(team.reviewer), pytest.raises(frappe.ValidationError):
		frappe.get_doc(case.doctype, case.name).update({"amount_departure": 100, **reason}).save()
	with builders.acting_as(team.reviewer):
		frappe.get_doc(case.doctype, case.name).update({"amount_departure": -100, **reason}).save()
	case = builders.act(case, "Confirm", team.approver)
	entitlement = frappe.get_doc("Entitlement", case.entitlement)
	assert entitlement.amount == 300
	assert sum(row.share for row in entitlement.shares) == 300


CANNOT_CARE_FOR_THEMSELVES = dict.fromkeys(
	(
		"selfcare_getting_in_and_out_of_bed",
		"selfcare_toileting",
		"selfcare_walking_indoors",
		"selfcare_bathing",
	),
	"Cannot",
) | {"selfcare_eating": "Can", "selfcare_dressing": "Can"}


def test_a_person_in_special_hardship_gets_the_basic_standard_and_the_care_of_the_grade(team):
	old = builders.make_case_person("特困老人", "1945-02-01")
	case = builders.make_application(
		team,
		"Tekun",
		applicant=old.name,
		members=[{"recipient": old.name, "kinship": "02"}],
		incomes=[],
		support_form="Scattered",
		**CANNOT_CARE_FOR_THEMSELVES,
	)
	assert case.care_grade == "Full Care"
	case = builders.advance_to(case, "Confirmed", team)
	share = frappe.get_doc("Entitlement", case.entitlement).shares[0]
	assert share.care_grade == "Full Care"
	assert share.share == case.confirmed_amount == case.proposed_amount > share.care_amount > 0


def test_a_recognition_is_granted_without_money_and_ends_with_its_validity(team):
	case = builders.make_application(
		team,
		"Edge",
	)
	case.incomes[0].annual, case.incomes[0].deduction = 13800, 0
	with builders.acting_as(team.clerk):
		case.save()
	case = builders.advance_to(case, "Confirmed", team)
	entitlement = frappe.get_doc("Entitlement", case.entitlement)
	assert entitlement.amount == 0
	assert getdate(entitlement.end_month) == getdate(add_months(entitlement.start_month, 11))


def test_a_refusal_carries_reason_basis_remedies_and_a_notice_due_in_three_working_days(team):
	case = builders.make_application(team)
	case.incomes[0].annual = 60000
	with builders.acting_as(team.clerk):
		case.save()
	assert case.eligible == "Not Eligible" and case.proposed_amount == 0
	case = builders.advance_to(case, "Under Investigation", team)
	case = builders.act(case, "Propose Rejection", team.officer, "收入超过标准")
	assert case.propose_rejection and case.workflow_state == "Awaiting Confirmation"
	with pytest.raises(GateClosed):
		builders.act(case, "Reject", team.approver)
	case = builders.act(case, "Reject", team.approver, decision_reason="月人均收入高于当地低保标准")
	assert case.docstatus == 1 and case.decision_basis and case.remedy_text and not case.entitlement
	notice = frappe.get_last_doc("Document Delivery", {"reference_name": case.name})
	assert notice.document_kind == "Rejection Notice"
	assert case.decision_reason in notice.content and case.remedy_text in notice.content
	assert next(row for row in case.deadlines if row.deadline_key == "notice").due == notice.due_on


def test_an_objection_sends_the_case_back_and_needs_a_new_first_opinion(team):
	case = builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)
	notice = builders.post_notice(case, team.reviewer)
	with builders.acting_as(team.officer):
		notice_objections.record_objection(notice.name, "该户有机动车")
	case.reload()
	assert case.workflow_state == "Under Investigation"
	assert not case.first_reviewer and not case.snapshot
	with pytest.raises(GateClosed) as refused:
		builders.act(case, "Publish", team.officer)
	assert "异议" in str(refused.value)
	notice.reload()
	with builders.acting_as(team.officer):
		notice_objections.resolve_objection(notice.name, notice.objections[0].name, "经核实无机动车")
	builders.investigate(case, team.officer)
	case = builders.act(case, "Publish", team.officer)
	assert case.publicity != notice.name
	assert frappe.db.get_value("Publicity Notice", case.publicity, "status") == "Draft"


def test_a_case_of_the_county_is_confirmed_by_the_county_only(team):
	case = builders.make_application(
		team, special_deliberation=1, deliberation_record="https://files.example.invalid/minutes.pdf"
	)
	assert case.confirming_authority == "County"
	case = builders.advance_to(case, "Awaiting Confirmation", team)
	with pytest.raises(frappe.ValidationError):
		builders.act(case, "Confirm", team.approver)
	case = builders.act(case, "Confirm", team.county_approver)
	assert case.workflow_state == "Confirmed" and not case.county_filing


def test_a_relative_of_staff_waits_for_the_visit_of_the_county(team):
	case = builders.make_application(team)
	frappe.get_doc(
		{
			"doctype": "Relative Declaration",
			"staff_name": "村会计",
			"post": "村委会成员",
			"staff_kind": "Village Committee",
			"recipient": case.members[1].recipient,
			"relation": "Sibling",
			"declared_on": today(),
		}
	).insert()
	case = builders.advance_to(case, "Under Review", team)
	assert case.relative_case
	with pytest.raises(GateClosed) as refused:
		builders.act(case, "Recommend", team.reviewer)
	assert "县级入户核查" in str(refused.value)
	builders.investigate(case, team.county_reviewer, level="County")
	case.reload()
	assert case.county_visit
	assert builders.act(case, "Recommend", team.reviewer).workflow_state == "Awaiting Confirmation"


def test_a_protected_case_is_never_published_and_goes_to_the_county(team):
	case = builders.make_application(team)
	frappe.db.set_value("Recipient", case.applicant, "protected_person", 1)
	with builders.acting_as(team.clerk):
		case.save()
	assert case.protected_case and case.confirming_authority == "County"
	case = builders.advance_to(case, "Under Investigation", team)
	with pytest.raises(frappe.ValidationError):
		builders.act(case, "Publish", team.officer)
	case = builders.act(case, "Submit for Review", team.county_reviewer)
	assert case.first_reviewer == team.county_reviewer and case.snapshot
	assert not frappe.db.exists("Publicity Notice", {"application": case.name})


def test_one_request_names_everything_missing_and_nothing_that_data_checks_prove(team):
	case = builders.make_application(team)
	for row in case.materials:
		row.received, row.received_on = 0, None
	with builders.acting_as(team.clerk):
		case.save()
	case = builders.act(case, "Request Supplement", team.officer)
	demanded = {row.material for row in case.materials if row.to_supplement}
	required = {row.material for row in case.materials if row.requirement == "Required"}
	assert demanded == required
	notice = frappe.get_last_doc("Document Delivery", {"reference_name": case.name})
	assert notice.document_kind == "Supplement Notice"
	assert all(material in notice.content for material in required)
	assert case.supplement_due
	case = builders.act(case, "Resubmit", team.clerk)
	with pytest.raises(GateClosed) as refused:
		builders.act(case, "Request Supplement", team.officer)
	assert "一次性" in str(refused.value)


def test_missing_data_becomes_a_line_of_the_assessment_and_no_error(team):
	case = builders.make_application(team, members=[], incomes=[])
	lines = json.loads(case.assessment)["lines"]
	assert any(line["outcome"] is False for line in lines)
	assert case.proposed_amount == 0


def test_a_withdrawn_application_ends_without_a_notice_of_refusal(team):
	case = builders.act(builders.make_application(team), "Withdraw", team.officer, "申请人自愿撤回")
	assert case.workflow_state == "Withdrawn" and case.docstatus == 1
	assert not frappe.db.exists("Document Delivery", {"reference_name": case.name})


# --- the amount ---------------------------------------------------------------------------------------------
def quick_relief(team):
	"""One-off aid of 400 yuan, recommended, awaiting confirmation."""
	category = builders.case_category("Temporary", route="Quick Relief")
	case = builders.make_application(team, "Temporary", category=category)
	case = builders.act(case, "Accept", team.officer)
	return builders.act(case, "Recommend", team.officer)


def depart(case, user: str, amount: float, reason: str = "已获亲友资助"):
	with builders.acting_as(user):
		doc = frappe.get_doc(case.doctype, case.name)
		doc.update({"amount_departure": amount, "departure_reason": reason})
		return doc.save()


def test_the_amount_that_the_clerk_sends_is_not_the_amount_that_is_granted(team):
	category = builders.case_category("Temporary", route="Quick Relief")
	case = builders.make_application(team, "Temporary", category=category)
	case = builders.act(case, "Accept", team.officer)
	with builders.acting_as(team.clerk):
		frappe.get_doc(case.doctype, case.name).update({"granted_amount": 88888}).save()
	case = builders.act(case, "Recommend", team.officer)
	assert case.granted_amount == 400
	case = builders.act(case, "Confirm", team.approver, granted_amount=88888)
	assert case.confirmed_amount == frappe.db.get_value("Entitlement", case.entitlement, "amount") == 400


def test_only_those_who_decide_enter_another_amount_and_only_when_it_is_decided_on(team):
	case = quick_relief(team)
	with pytest.raises(frappe.PermissionError):
		depart(case, team.officer, -50)
	draft = builders.make_application(team)
	with pytest.raises(frappe.ValidationError):
		depart(draft, team.reviewer, -50)


def test_another_amount_needs_a_reason_and_stays_within_the_countys_limit(team):
	case = quick_relief(team)
	for amount, reason in ((-50, ""), (-200, "超过三成"), (1, "高于申请")):
		with pytest.raises(departures.DepartureRefused):
			depart(case, team.reviewer, amount, reason)


def test_who_enters_another_amount_does_not_confirm_it(team):
	case = quick_relief(team)
	depart(case, team.approver, -50)
	with pytest.raises(case_steps.GateClosed, match="调整金额人"):
		builders.act(case, "Confirm", team.approver)
	assert builders.act(case, "Confirm", team.reviewer).confirmed_amount == 350


def test_another_amount_is_seen_by_all_three_persons_and_kept_with_the_entitlement(team):
	case = quick_relief(team)
	depart(case, team.reviewer, -50)
	case = builders.act(case, "Confirm", team.approver)
	(line,) = [row for row in case.opinions if row.action == "Amount Adjusted"]
	assert (line.user, line.opinion) == (
		team.reviewer,
		"核算400.00元，调整-50.00元，核定350.00元：已获亲友资助",
	)
	told = frappe.get_all(
		"Notification Log", filters={"document_name": case.name}, pluck="for_user", order_by="creation"
	)
	assert {team.clerk, team.officer} <= set(told)
	form = frappe.get_print(case.doctype, case.name, "Review and Confirmation Form")
	assert "已获亲友资助" in form and "350.00" in form
	basis = json.loads(frappe.db.get_value("Entitlement", case.entitlement, "basis_snapshot") or "{}")
	if basis:
		assert basis["departure"]["amount"] == -50


def test_dibao_is_never_more_than_the_standard_for_everybody_and_departs_before_it_is_published(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	assert case.granted_amount == case.proposed_amount > 0
	most = case.standard_amount * case.member_count
	with pytest.raises(departures.DepartureRefused):
		depart(case, team.reviewer, most - case.proposed_amount + 1)
	case = depart(case, team.reviewer, -10)
	case = builders.advance_to(case, "Under Review", team)
	notice = frappe.get_doc("Publicity Notice", case.publicity)
	assert notice.proposed_amount == case.granted_amount == case.proposed_amount - 10
	with pytest.raises(departures.DepartureRefused):
		depart(case, team.approver, -20)
	case = builders.act(case, "Return", team.reviewer)
	assert (case.amount_departure, case.granted_amount) == (0, case.proposed_amount)


def test_another_amount_lapses_when_the_assessment_changes(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	depart(case, team.reviewer, -10)
	with builders.acting_as(team.officer):
		doc = frappe.get_doc(case.doctype, case.name)
		doc.incomes[0].annual = 3600
		doc.save()
	assert not doc.amount_departure and doc.granted_amount == doc.proposed_amount
	assert doc.opinions[-1].action == "Adjustment Lapsed"
