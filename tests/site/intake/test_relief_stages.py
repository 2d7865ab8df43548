"""临时救助 in stages, and beyond the limits by a meeting of the county (民发〔2018〕23号 二(三))."""

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate, today

from socaid_app.assistance_intake import case_deliberations, stage_steps
from socaid_app.assistance_intake.case_steps import GateClosed
from socaid_app.assistance_intake.stage_steps import StageRefused
from socaid_app.casework import clocks, duties
from socaid_app.means_testing.payments import list_drafting
from tests import builders

APPLICATION, STAGE = "Assistance Application", "Relief Stage"


@pytest.fixture
def team(site):
	return builders.make_team()


def plan(*amounts, first_check: int = 30):
	rows = [{"amount": amounts[0]}]
	rows += [
		{"amount": amount, "check_on": add_days(today(), first_check * number), "condition": "仍在住院治疗"}
		for number, amount in enumerate(amounts[1:], 1)
	]
	return rows


def case_in_stages(team, *amounts, **values):
	return builders.make_application(
		team,
		"Temporary",
		category=builders.case_category("Temporary", route="Standard"),
		requested_amount=sum(amounts),
		relief_stages=plan(*amounts, **values),
	)


def stages_of(case):
	names = frappe.get_all(STAGE, {"application": case.name}, pluck="name", order_by="sequence")
	return [frappe.get_doc(STAGE, name) for name in names]


def checked(team, stage, finding="Still in Need", said="", **values):
	with builders.acting_as(team.officer):
		stage_steps.check(stage.name, today(), finding, "仍在县医院住院", said, **values)
	stage.reload()
	return stage


def paid(case) -> list[float]:
	return frappe.get_all(
		"Entitlement", {"application": case.name, "docstatus": 1}, pluck="amount", order_by="creation"
	)


# --- the plan -------------------------------------------------------------------------------------------------------
def test_a_plan_that_does_not_add_up_or_lasts_too_long_goes_no_further(team):
	case = builders.advance_to(case_in_stages(team, 600, 300, first_check=190), "Under Investigation", team)
	with builders.acting_as(team.officer):
		case.relief_stages[1].amount = 299
		case.relief_stages[1].condition = ""
		case.save()
	with pytest.raises(GateClosed) as told:
		builders.act(case, "Publish", team.officer)
	said = str(told.value)
	assert "合计899.00元，与核定金额900.00元不一致" in said
	assert "最长6个月" in said and "没有写明核查期限或发放条件" in said


def test_each_stage_is_paid_after_a_check_by_another_person_and_the_sum_is_what_was_granted(team):
	case = builders.advance_to(case_in_stages(team, 500, 250, 150), "Confirmed", team)
	second, third = stages_of(case)
	assert paid(case) == [500] and case.confirmed_amount == 900
	assert (second.status, second.household) == ("Stage Awaited", case.household)
	waiting = [item for item in clocks.open_items(second.due_on) if item.name == second.name]
	assert waiting and waiting[0].label == "核查分阶段救助"
	with builders.acting_as(team.approver), pytest.raises(StageRefused):
		stage_steps.release(second.name)
	with builders.acting_as(team.officer), pytest.raises(StageRefused):
		stage_steps.check(third.name, today(), "Still in Need", "仍在住院")
	checked(team, second)
	with builders.acting_as(team.officer), pytest.raises(duties.NotYourDuty):
		stage_steps.release(second.name)
	with builders.acting_as(team.approver):
		stage_steps.release(second.name)
		with pytest.raises(StageRefused):
			stage_steps.release(second.name)
	checked(team, third)
	with builders.acting_as(team.approver):
		stage_steps.release(third.name)
	assert paid(case) == [500, 250, 150] and sum(paid(case)) == case.confirmed_amount
	granted = frappe.get_all("Entitlement", {"application": case.name}, pluck="name")
	month = getdate(today()).replace(day=1)
	of_township = {"scheme_group": "Temporary", "division": builders.CASE_TOWNSHIP, "drafted_upto": ""}
	found = list_drafting.candidates(frappe._dict(of_township, name="x", month=month), {})
	assert set(granted) <= {row.entitlement for row in found}
	html = frappe.get_print(STAGE, third.name, "Relief Stage Sheet")
	assert "第3次，共3次" in html and "分3次发放" in frappe.get_print(
		APPLICATION, case.name, "Confirmation Notice"
	)


def test_where_the_need_has_ended_the_rest_is_stopped_after_the_family_was_heard(team):
	case = builders.advance_to(case_in_stages(team, 500, 250, 150), "Confirmed", team)
	second, third = stages_of(case)
	with builders.acting_as(team.officer), pytest.raises(StageRefused):
		stage_steps.check(second.name, today(), "Need Has Ended", "已出院上班")
	checked(team, second, "Need Has Ended", "家里已经能够维持")
	with builders.acting_as(team.approver):
		with pytest.raises(StageRefused):
			stage_steps.release(second.name)
		stage_steps.stop(second.name, "已出院并恢复工作")
	third.reload()
	assert third.status == "Stage Stopped" and paid(case) == [500]
	letter = frappe.get_last_doc("Document Delivery", {"reference_name": second.name})
	assert letter.document_kind == "Stage Stop Notice" and letter.recipient == case.applicant
	html = frappe.get_print(STAGE, second.name, "Stage Stop Notice")
	assert "已经发放的，不需要退回" in html and "家里已经能够维持" in html
	with builders.acting_as(team.officer), pytest.raises(StageRefused):
		stage_steps.check(third.name, today(), "Still in Need", "x")


def test_nobody_enters_a_stage_or_pays_it_by_typing(team, client):
	case = builders.advance_to(case_in_stages(team, 500, 250), "Confirmed", team)
	(stage,) = stages_of(case)
	frappe.db.commit()
	caller = client(team.approver)
	assert caller.post(f"/api/resource/{STAGE}", application=case.name, amount=1).status_code in (403, 417)
	caller.put(f"/api/resource/{STAGE}/{stage.name}", status="Stage Released", amount=9999)
	stage.reload()
	assert (stage.status, stage.amount) == ("Stage Awaited", 250) and paid(case) == [500]


# --- 一事一议 --------------------------------------------------------------------------------------------------------
def beyond(team, **values):
	"""More than the limit of the township, asked for a major hardship."""
	return builders.make_application(
		team,
		"Temporary",
		category=builders.case_category("Temporary", route="Standard"),
		requested_amount=30_000,
		special_deliberation=1,
		**values,
	)


def meet(team, case, members, amount=20_000, user=None):
	with builders.acting_as(user or team.county_approver):
		return frappe.get_doc(
			{
				"doctype": "Case Deliberation",
				"application": case.name,
				"held_on": today(),
				"place": "县民政局会议室",
				"proposed_amount": amount,
				"motion": "火灾致房屋全毁，家庭成员重伤，超过乡镇审批上限",
				"minutes_paper": "https://files.example.invalid/minutes.pdf",
				"members": members,
			}
		).insert()


def members(team, *names):
	return [
		{"member_name": "刘主任", "part": "Chair"},
		*({"member_name": name} for name in names),
		{"member_name": "记录员", "part": "Minute Taker"},
	]


def test_beyond_the_limit_a_meeting_decides_and_its_amount_is_the_limit_of_the_case(team):
	case = builders.advance_to(beyond(team), "Under Investigation", team)
	assert case.eligible == "Not Eligible" and not case.proposed_amount
	with builders.acting_as(team.officer):
		case.deliberation_record = "https://files.example.invalid/own.pdf"
		case.save()
	with pytest.raises(GateClosed, match="一事一议"):
		builders.act(case, "Publish", team.officer)
	people = members(team, "陈科长", "赵科长", "孙科长", "周科长")
	builders.declare_relative(case.applicant, "赵科长")
	with builders.acting_as(team.approver), pytest.raises((duties.NotYourDuty, frappe.PermissionError)):
		meet(team, case, people, user=team.approver)
	meeting = meet(team, case, people)
	assert meeting.applicant_name == case.applicant_name
	assert [row.recusal for row in meeting.members if row.member_name == "赵科长"] == ["Near Relative"]
	with builders.acting_as(team.county_approver):
		with pytest.raises(case_deliberations.MeetingRefused, match="票"):
			case_deliberations.conclude(meeting.name, 5, 0, 0, "一致同意")
		case_deliberations.conclude(meeting.name, 3, 1, 0, "多数同意")
	case.reload()
	assert (case.eligible, case.proposed_amount) == ("Eligible", 20_000)
	assert (case.deliberation, case.confirming_authority) == (meeting.name, "County")
	case = builders.act(case, "Publish", team.officer)
	assert "一事一议会议纪要" in frappe.get_print(
		"Case Deliberation", meeting.name, "Case Deliberation Record"
	)
	with builders.acting_as(team.county_approver), pytest.raises(case_deliberations.MeetingRefused):
		case_deliberations.declare_void(meeting.name, "想改结果")


def test_a_meeting_without_quorum_or_without_a_majority_grants_nothing(team):
	case = builders.advance_to(beyond(team), "Under Investigation", team)
	meeting = meet(team, case, members(team, "陈科长"))
	with builders.acting_as(team.county_approver):
		with pytest.raises(case_deliberations.MeetingRefused, match="到会"):
			case_deliberations.conclude(meeting.name, 2, 0, 0, "同意")
		meeting.reload()
		for name in ("钱科长", "孙科长", "周科长"):
			meeting.append("members", {"member_name": name})
		meeting.save()
		case_deliberations.conclude(meeting.name, 2, 2, 1, "未过半数")
	case.reload()
	assert not case.deliberation and case.eligible == "Not Eligible"
	assert frappe.db.get_value("Case Deliberation", meeting.name, "result") == "Not Carried"


def test_what_a_meeting_granted_may_be_paid_in_stages(team):
	case = builders.advance_to(beyond(team, relief_stages=plan(12_000, 8_000)), "Under Investigation", team)
	meeting = meet(team, case, members(team, "陈科长", "钱科长", "孙科长", "周科长"))
	with builders.acting_as(team.county_approver):
		case_deliberations.conclude(meeting.name, 5, 0, 0, "一致同意")
	case.reload()
	case = builders.act(case, "Publish", team.officer)
	assert case.workflow_state == "Preliminary Publicity"
	assert getdate(case.relief_stages[1].check_on) < getdate(add_months(today(), 6))
