"""Who consents before data is checked, and who stands aside: near relatives, known by account or by name."""

import frappe
import pytest
from frappe.utils import add_days, today

from socaid_app.assistance_intake.case_steps import GateClosed
from socaid_app.assistance_intake.doctype.household_investigation.household_investigation import NotTheCounty
from socaid_app.means_testing.doctype.check_report.check_report import CheckReportInvalid
from tests import builders

APPLICATION = "Assistance Application"


@pytest.fixture
def team(site):
	return builders.make_team()


def alone(team, **values):
	"""The head applies alone, out of a family of two."""
	case = builders.make_application(team, single_application="Severe Disability", **values)
	with builders.acting_as(team.clerk):
		case.members[0].update({"in_need": 1, "disability_type": "Physical", "disability_grade": "1"})
		case.save()
	return case


# --- consent ---------------------------------------------------------------------------------------------
def test_the_family_behind_a_single_application_consents(team):
	case = alone(team)
	builders.give_consent(case, case.applicant)
	with pytest.raises(GateClosed, match="测试配偶没有签署核对授权书") as refused:
		builders.act(case, "Accept", team.officer)
	assert "测试户主" not in str(refused.value)
	with pytest.raises(CheckReportInvalid, match="测试配偶"):
		builders.report_check(case, team.officer)
	builders.give_consent(case, case.members[1].recipient)
	assert builders.act(case, "Accept", team.officer).workflow_state == "Accepted"


def test_supporters_of_a_destitute_person_consent_and_one_not_on_the_register_is_named(team):
	case = builders.make_application(team, scheme="Tekun")
	with builders.acting_as(team.clerk):
		case.members[0].in_need = 1
		case.append("supporters", {"supporter_name": "测试儿子", "relation": "Child", "age": 40})
		case.save()
	builders.give_consents(case, team.clerk)
	with pytest.raises(GateClosed, match="测试儿子没有签署核对授权书，也没有登记"):
		builders.act(case, "Accept", team.officer)
	son = builders.make_case_person("测试儿子", "1986-05-01")
	case.reload()
	with builders.acting_as(team.clerk):
		case.supporters[0].recipient = son.name
		case.save()
	with pytest.raises(GateClosed, match="测试儿子没有签署核对授权书（"):
		builders.act(case, "Accept", team.officer)
	builders.give_consent(case, son.name, person_role="Supporter")
	assert builders.act(case, "Accept", team.officer).workflow_state == "Accepted"


def test_a_consent_withdrawn_or_run_out_on_the_way_stops_every_check_and_step(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	wife = case.members[1].recipient
	paper = frappe.get_doc("Check Authorization", case.members[1].consent)
	paper.status = "Withdrawn"
	paper.save()
	with pytest.raises(GateClosed, match="测试配偶已撤回核对授权"):
		builders.act(case, "Publish", team.officer)
	with pytest.raises(CheckReportInvalid, match="测试配偶"):
		builders.report_check(case, team.officer)
	again = builders.give_consent(case, wife)
	builders.report_check(case, team.officer)
	frappe.db.set_value(
		"Check Authorization",
		again.name,
		{"signed_on": add_days(today(), -9), "valid_until": add_days(today(), -1)},
	)
	with pytest.raises(GateClosed, match="测试配偶"):
		builders.act(case, "Publish", team.officer)
	with pytest.raises(CheckReportInvalid, match="测试配偶"):
		builders.report_check(case, team.officer)


def test_a_withdrawal_takes_back_an_earlier_paper_as_well(team):
	case = builders.make_application(team)
	builders.give_consents(case, team.clerk)
	second = builders.give_consent(case, case.applicant)
	second.status = "Withdrawn"
	second.save()
	with pytest.raises(GateClosed, match="测试户主已撤回"):
		builders.act(case, "Accept", team.officer)


def test_nobody_was_queried_before_consenting(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	with pytest.raises(CheckReportInvalid, match="测试户主、测试配偶"):
		builders.report_check(case, team.officer, requested_on=add_days(today(), -1))


# --- recusal ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("written", ["阿依古丽•买买提", "阿依古丽·买 买提", "阿依古丽・买买提"])
def test_an_investigator_entered_by_name_is_matched_with_the_declarations(team, written):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	builders.declare_relative(case.applicant, "阿依古丽·买买提")
	pair = [{"participant_name": written, "signed": 1}, {"participant_name": "乙", "signed": 1}]
	with pytest.raises(frappe.ValidationError, match="近亲属|near relative"):
		builders.investigate(case, team.officer, investigators=pair)


def test_a_namesake_with_an_account_of_his_own_investigates(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	name = frappe.db.get_value("User", team.officer, "full_name")
	builders.declare_relative(case.applicant, name, staff=team.reviewer, staff_kind="Handling Staff")
	pair = [{"user": team.officer, "signed": 1}, {"participant_name": "乙", "signed": 1}]
	assert builders.investigate(case, team.clerk, investigators=pair).docstatus == 1
	pair[0] = {"participant_name": name, "signed": 1}
	with pytest.raises(frappe.ValidationError, match="近亲属|near relative"):
		builders.investigate(case, team.clerk, investigators=pair)


def test_an_investigation_made_before_the_declaration_does_not_carry_the_decision(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	builders.declare_relative(case.applicant, "调查员甲")
	with pytest.raises(GateClosed, match="调查员甲是该家庭的近亲属"):
		builders.act(case, "Publish", team.officer)


def test_a_related_committee_member_neither_chairs_nor_votes(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	case = builders.act(case, "Convene Review", team.officer)
	builders.declare_relative(case.applicant, "村 主任")
	kinds = ("Township Staff", "Villager Representative", "Villager Representative")
	people = [
		{"attendee_name": f"人员{number}", "kind": kind, "vote": "Agree", "signed": 1}
		for number, kind in enumerate(kinds)
	]
	review = {
		"doctype": "Democratic Review",
		"application": case.name,
		"held_on": today(),
		"place": "村委会",
		"conclusion": "同意",
	}
	with pytest.raises(frappe.ValidationError, match="村主任"):
		frappe.get_doc({**review, "chair": "村主任", "attendees": people}).insert().submit()
	people[0]["attendee_name"] = "村主任"
	with pytest.raises(frappe.ValidationError, match="村主任"):
		frappe.get_doc({**review, "chair": "主持人", "attendees": people}).insert().submit()
	people[0]["attendee_name"] = "镇里人"
	frappe.get_doc({**review, "chair": "主持人", "attendees": people}).insert().submit()


def test_a_case_is_filed_apart_as_soon_as_and_as_long_as_a_relative_is_declared(team):
	case = builders.advance_to(builders.make_application(team), "Under Review", team)
	assert not case.relative_case
	declaration = builders.declare_relative(case.members[1].recipient, "村会计")
	assert frappe.db.get_value(APPLICATION, case.name, "relative_case") == 1
	with pytest.raises(GateClosed, match="县级入户核查"):
		builders.act(case, "Recommend", team.reviewer)
	declaration.ended_on = today()
	declaration.save()
	assert frappe.db.get_value(APPLICATION, case.name, "relative_case") == 0
	confirmed = builders.advance_to(case, "Confirmed", team)
	builders.declare_relative(case.applicant, "村主任")
	confirmed.reload()
	assert not confirmed.relative_case


def test_a_visit_of_the_county_is_submitted_by_the_county(team, client):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	with pytest.raises(NotTheCounty):
		builders.investigate(case, team.reviewer, level="County")
	visit = frappe.get_last_doc("Household Investigation", {"application": case.name, "docstatus": 0})
	frappe.db.commit()
	refused = client(team.officer).put(f"/api/resource/Household Investigation/{visit.name}", docstatus=1)
	assert refused.status_code == 403
	made = client(team.county_reviewer).put(
		f"/api/resource/Household Investigation/{visit.name}", docstatus=1
	)
	assert made.status_code == 200
	assert frappe.db.get_value(APPLICATION, case.name, "county_visit") == visit.name
