"""先行救助 (Social Assistance Law Art. 50): paid first, made up afterwards, with its clock and its end."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.assistance_intake import deadlines, relief_case, relief_payment
from socaid_app.assistance_intake.case_steps import GateClosed
from socaid_app.assistance_intake.relief_case import ReliefInvalid
from socaid_app.assistance_intake.report.help_paid_first.help_paid_first import execute as report
from socaid_app.casework import clocks as reminders
from socaid_app.casework import workflows
from socaid_app.socaid_app import rules
from tests import builders
from tests.builders.parallel import at_once, refused

APPLICATION = "Assistance Application"


@pytest.fixture
def team(site):
	return builders.make_team()


def emergency(team, route: str = "Quick Relief", **values):
	"""An emergency of this morning: nothing signed, no paper received."""
	case = builders.make_emergency(team, route, **values)
	with builders.acting_as(team.clerk):
		for row in case.materials:
			row.update({"received": 0, "received_on": None})
		case.save()
	return case


def paid(team, amount: float = 400, **values):
	case = builders.act(emergency(team, **values), "Accept", team.officer)
	with builders.acting_as(team.approver):
		relief_payment.pay(case.name, amount)
	return frappe.get_doc(APPLICATION, case.name)


def make_up(case, team):
	"""What was left out: signature and papers."""
	with builders.acting_as(team.officer):
		doc = frappe.get_doc(APPLICATION, case.name)
		doc.applicant_signed = 1
		for row in doc.materials:
			row.received = row.requirement == "Required"
		doc.save()
	return frappe.get_doc(APPLICATION, case.name)


def due(case, key: str):
	case = frappe.get_doc(APPLICATION, case.name)
	return next((row for row in case.deadlines if row.deadline_key == key), None)


# --- paying -------------------------------------------------------------------------------------------------
def test_in_an_emergency_the_money_comes_before_signature_and_papers(team):
	case = paid(team)
	entitlement = frappe.get_doc("Entitlement", case.relief_entitlement)
	assert (entitlement.amount, entitlement.docstatus, entitlement.application) == (400, 1, case.name)
	assert entitlement.start_month == entitlement.end_month == getdate(today()).replace(day=1)
	assert sum(row.share for row in entitlement.shares) == 400
	assert (case.workflow_state, case.relief_paid_by, case.relief_amount) == ("Accepted", team.approver, 400)
	assert case.household and case.opinions[-1].action == relief_payment.ACTION
	assert "房屋失火" in case.opinions[-1].opinion


def test_without_the_emergency_nothing_is_accepted_without_papers(team):
	case = emergency(team)
	with builders.acting_as(team.clerk):
		case.relief_first = 0
		case.save()
	with pytest.raises(GateClosed, match="签字"):
		builders.act(case, "Accept", team.officer)


def test_what_was_waived_at_acceptance_is_not_forgotten_by_unticking_it(team):
	case = builders.act(emergency(team), "Accept", team.officer)
	with builders.acting_as(team.officer), pytest.raises(ReliefInvalid):
		case.relief_first = 0
		case.save()


@pytest.mark.parametrize(
	"values", [{"green_channel": 0, "green_channel_reason": None}, {"route": "Expenditure"}], ids=str
)
def test_only_a_described_emergency_is_paid_first(team, values):
	category = builders.case_category("Temporary", route=values.pop("route", "Quick Relief"))
	given = {"green_channel": 1, "green_channel_reason": "失火", **values}
	with pytest.raises(ReliefInvalid):
		builders.make_application(team, "Temporary", category=category, relief_first=1, **given)


@pytest.mark.parametrize(
	"who, amount, word",
	[
		("clerk", 400, "录入人"),
		("officer", 400, "应由受权的乡镇"),
		("approver", 0, "应在0元以上"),
		("approver", 401, "以内"),
		("approver", 100_000, "以内"),
	],
)
def test_another_person_with_the_authority_pays_no_more_than_the_law_leaves(team, who, amount, word):
	case = builders.act(emergency(team), "Accept", team.officer)
	with builders.acting_as(getattr(team, who)), pytest.raises(GateClosed, match=word):
		relief_payment.pay(case.name, amount)
	assert not frappe.db.exists("Entitlement", {"application": case.name})


def test_a_relative_does_not_pay_and_the_dead_are_not_paid(team):
	case = builders.act(emergency(team), "Accept", team.officer)
	name = frappe.db.get_value("User", team.approver, "full_name")
	builders.declare_relative(case.applicant, name)
	with builders.acting_as(team.approver), pytest.raises(GateClosed, match="近亲属"):
		relief_payment.pay(case.name, 400)
	other = builders.act(emergency(team), "Accept", team.officer)
	frappe.db.set_value("Recipient", other.applicant, "deceased_on", today())
	with builders.acting_as(team.approver), pytest.raises(GateClosed, match="死亡"):
		relief_payment.pay(other.name, 400)


def test_nobody_writes_by_hand_that_something_was_paid(team, client):
	case = builders.act(emergency(team), "Accept", team.officer)
	frappe.db.commit()
	forged = {"relief_paid_on": today(), "relief_amount": 9999, "relief_paid_by": team.officer}
	client(team.officer).put(f"/api/resource/{APPLICATION}/{case.name}", **forged)
	after = frappe.get_doc(APPLICATION, case.name)
	assert not (after.relief_paid_on or after.relief_amount or after.relief_paid_by)


def test_of_two_payments_at_once_one_is_made(team):
	case = builders.act(emergency(team), "Accept", team.officer)
	outcomes = at_once(
		lambda: relief_payment.pay(case.name, 400),
		lambda: relief_payment.pay(case.name, 400),
		user=team.approver,
	)
	assert len(refused(outcomes)) == 1
	assert frappe.db.count("Entitlement", {"application": case.name}) == 1


def test_the_same_cause_is_not_paid_first_twice_a_year(team):
	case = paid(team)
	again = emergency(team)
	with builders.acting_as(team.clerk):
		again.update({"applicant": case.applicant, "members": []})
		for row in case.members:
			again.append("members", {"recipient": row.recipient, "kinship": row.kinship})
		again.incomes = []
		again.save()
	assert again.eligible == "Not Eligible"


# --- what is still open ---------------------------------------------------------------------------------------
def test_what_was_left_out_is_listed_and_made_up_before_the_decision(team):
	case = paid(team)
	rules_open = {point["rule"] for point in relief_case.still_open(case)}
	assert {"application_signed", "materials"} <= rules_open
	with builders.acting_as(team.approver):
		rows = {row.name: row for row in report()[1]}
	assert "没有在申请书上签字" in rows[case.name].to_make_up
	with pytest.raises(GateClosed, match="签字"):
		builders.act(case, "Recommend", team.officer)
	case = make_up(case, team)
	assert relief_case.still_open(case) == []
	case = builders.act(case, "Recommend", team.officer)
	case = builders.act(case, "Confirm", team.reviewer)
	assert case.workflow_state == "Confirmed" and case.entitlement == case.relief_entitlement
	assert frappe.db.count("Entitlement", {"application": case.name}) == 1


def test_in_the_ordinary_way_consent_check_and_publicity_are_made_up_too(team):
	case = paid(team, route="Standard")
	found = {point["rule"] for point in relief_case.still_open(case)}
	assert {"consent", "investigation", "check_report", "publicity"} <= found


def test_the_rest_of_a_higher_amount_is_paid_with_the_decision(team):
	case = make_up(paid(team, amount=150), team)
	case = builders.act(case, "Recommend", team.officer)
	case = builders.act(case, "Confirm", team.reviewer)
	amounts = frappe.get_all(
		"Entitlement", filters={"application": case.name}, pluck="amount", order_by="amount"
	)
	assert amounts == [150, 250] and case.confirmed_amount == 400


def test_the_clock_runs_from_the_end_of_the_emergency_and_reminds(team):
	case = paid(team)
	calendar = rules.calendar()
	general, _provisional = calendar.add_workdays(getdate(today()), 20)
	# Paying met the three days of 小额快救; the general limit runs on.
	assert due(case, "total").due == general == getdate(case.statutory_due)
	with builders.acting_as(team.officer):
		case.urgency_over_on = add_days(today(), 1)
		with pytest.raises(ReliefInvalid):
			case.save()
		case.reload()
		case.urgency_over_on = today()
		case.save()
	until, _provisional = calendar.add_workdays(getdate(today()), 10)
	row = due(case, "urgent_supplement")
	assert row.due == until == getdate(case.statutory_due) and not row.done_on
	assert "第50条" in row.article and not due(case, "total")
	found = [item for item in reminders.open_items(until) if item.name == case.name and item.due_on == until]
	assert found and "补充说明" in found[0].label
	deadlines.recompute_cases([case.name])
	assert due(case, "urgent_supplement").due == until
	case = builders.act(make_up(case, team), "Recommend", team.officer)
	assert due(case, "urgent_supplement").done_on == getdate(today())


# --- not eligible ---------------------------------------------------------------------------------------------
def test_a_refusal_says_what_becomes_of_the_money(team):
	case = paid(team)
	with pytest.raises(GateClosed, match="已付款项如何处理"):
		builders.act(case, "Terminate", team.reviewer, decision_reason="经查已由保险赔付")
	case = builders.act(
		case, "Terminate", team.reviewer, decision_reason="经查已由保险赔付", relief_settlement="Kept"
	)
	letter = frappe.get_last_doc("Document Delivery", {"reference_name": case.name})
	assert "先行救助400.00元，不予追回" in letter.content
	assert not frappe.db.exists("Data Quality Issue", {"reference_name": case.name})


def test_what_was_obtained_by_false_statements_is_followed_until_it_is_back(team):
	case = paid(team)
	case = builders.act(
		case, "Terminate", team.reviewer, decision_reason="谎报失火", relief_settlement="To Be Recovered"
	)
	letter = frappe.get_last_doc("Document Delivery", {"reference_name": case.name})
	assert "应当退回（社会救助法第73条）" in letter.content
	issue = frappe.get_doc("Data Quality Issue", {"reference_name": case.name})
	assert issue.responsible == team.approver and issue.due_on


def test_the_dialog_of_the_step_stores_what_becomes_of_the_money(team):
	case = paid(team)
	said = {"opinion": "终止", "decision_reason": "已由保险赔付", "relief_settlement": "Kept"}
	with builders.acting_as(team.reviewer):
		workflows.apply_workflow({**case.as_dict(), **said}, "Terminate")
	case.reload()
	assert (case.workflow_state, case.relief_settlement) == ("Terminated", "Kept")
	assert case.decision_reason == "已由保险赔付" and case.opinions[-1].opinion == "终止"


def test_a_withdrawal_after_payment_is_settled_as_well(team):
	case = paid(team)
	with pytest.raises(GateClosed, match="已付款项如何处理"):
		builders.act(case, "Withdraw", team.officer, opinion="申请人撤回")


def test_less_than_was_paid_is_confirmed_only_with_a_word_on_the_difference(team):
	case = make_up(paid(team), team)
	with builders.acting_as(team.officer):
		case.requested_amount = 300
		case.save()
	case = builders.act(case, "Recommend", team.officer)
	with pytest.raises(GateClosed, match="已付款项如何处理"):
		builders.act(case, "Confirm", team.reviewer)
	case = builders.act(case, "Confirm", team.reviewer, relief_settlement="Kept")
	assert case.entitlement == case.relief_entitlement
