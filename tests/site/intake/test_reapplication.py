"""Applying again asks only for what has changed, and no receipt is counted twice (民发〔2024〕57号 Art. 5, 10)."""

import frappe
import pytest
from frappe.utils import add_days, add_months, get_first_day, getdate, today

from socaid_app.assistance_intake import facts, reapplication
from socaid_app.assistance_intake.carried_facts import ReapplicationRefused
from socaid_app.assistance_intake.case_steps import GateClosed
from socaid_app.assistance_intake.receipts import ReceiptRefused
from socaid_app.casework import clocks
from socaid_app.socaid_app import entitlements
from tests import builders
from tests.builders.parallel import at_once, refused

APPLICATION = "Assistance Application"


@pytest.fixture
def team(site):
	return builders.make_team()


def ended(team, months_ago: int = 13):
	"""A confirmed case whose facts and consents are as old as that."""
	case = builders.advance_to(builders.make_application(team), "Confirmed", team)
	day = add_months(today(), -months_ago)
	frappe.db.set_value(
		APPLICATION, case.name, {"accepted_on": day, "applied_on": day}, update_modified=False
	)
	return frappe.get_doc(APPLICATION, case.name)


def again(team, case):
	with builders.acting_as(team.clerk):
		return frappe.get_doc(APPLICATION, reapplication.begin(case.name))


def test_what_was_said_is_taken_over_with_its_age_and_only_what_is_old_has_to_be_confirmed(team):
	case = ended(team)
	case_again = again(team, case)
	assert case_again.previous_application == case.name and case_again.workflow_state == "Draft"
	assert [row.recipient for row in case_again.members] == [row.recipient for row in case.members]
	assert [(row.recipient, row.annual) for row in case_again.incomes] == [
		(row.recipient, row.annual) for row in case.incomes
	]
	assert all(row.received for row in case_again.materials if row.requirement == "Required")
	assert not case_again.applicant_signed
	old = {row.what: row.stale for row in case_again.carried_facts}
	assert old["Income Taken Over"] == 1 and old["Members Taken Over"] == 0
	with pytest.raises(ReapplicationRefused):
		again(team, case)
	with builders.acting_as(team.clerk):
		case_again.applicant_signed = 1
		case_again.save()
	with pytest.raises(GateClosed, match="收入|Income"):
		builders.act(case_again, "Accept", team.officer)
	case_again.reload()
	with builders.acting_as(team.clerk):
		# what is put right needs no tick
		case_again.incomes[0].annual = 3600
		for row in case_again.carried_facts:
			row.still_true = int(row.what != "Income Taken Over")
		case_again.save()
		assert all(row.confirmed_by == team.clerk for row in case_again.carried_facts)
		case_again.carried_facts = case_again.carried_facts[1:]
		with pytest.raises(ReapplicationRefused):
			case_again.save()


def test_consents_that_still_stand_are_kept_and_those_run_out_are_asked_again(team):
	case = ended(team, 1)
	case_again = again(team, case)
	with builders.acting_as(team.clerk):
		case_again.applicant_signed = 1
		case_again.save()
	first, second = (row.recipient for row in case.members)
	kept = {row.recipient: row.consent for row in case_again.members}
	assert kept[first] and kept[second]
	signed = frappe.db.get_value("Check Authorization", {"application": case.name, "recipient": second})
	frappe.db.set_value("Check Authorization", signed, "valid_until", add_days(today(), -1))
	with pytest.raises(GateClosed, match="测试配偶"):
		builders.act(case_again, "Accept", team.officer)
	case_again.reload()
	with builders.acting_as(team.clerk):
		builders.give_consent(case_again, second)
	assert builders.act(case_again, "Accept", team.officer).workflow_state == "Accepted"


# --- receipts of 刚性支出 --------------------------------------------------------------------------------------------
def spent(number: str, amount: float = 8000, **values):
	return {
		"kind": "Medical",
		"item": "住院自付",
		"annual": amount,
		"receipt_no": number,
		"paid_on": add_days(today(), -40),
		**values,
	}


def rigid(team, *expenses):
	return builders.make_application(team, "Rigid", expenses=list(expenses))


def test_a_receipt_counts_once_across_members_and_households(team):
	number = f"YL{builders.digits(8)}"
	with pytest.raises(ReceiptRefused):
		rigid(team, spent(number), spent(f" {number.lower()} "))
	case = rigid(team, spent(number))
	assert case.expenses[0].receipted == 1
	with pytest.raises(ReceiptRefused) as told:
		rigid(team, spent(number.lower()))
	assert case.name in str(told.value)
	with builders.acting_as(team.reviewer):
		frappe.db.set_value(APPLICATION, case.name, "workflow_state", "Rejected", update_modified=False)
	assert rigid(team, spent(number)).name


def test_of_two_families_that_show_one_receipt_at_once_one_is_entered(team):
	number = f"YL{builders.digits(8)}"
	cases = [rigid(team, spent(f"A{builders.digits(9)}")) for _n in range(3)][::2]

	def show(name):
		doc = frappe.get_doc(APPLICATION, name)
		doc.append("expenses", spent(number))
		doc.save()

	outcomes = at_once(*(lambda name=case.name: show(name) for case in cases), user=team.clerk)
	assert len(refused(outcomes)) == 1
	assert frappe.db.count("Application Expense", {"receipt_no": number}) == 1


def test_costs_before_the_twelve_months_do_not_count_and_are_not_taken_over(team):
	case = rigid(team, spent(f"N{builders.digits(9)}", 30_000, paid_on=add_months(today(), -13)))
	assert "之间，不计" in case.assessment
	with builders.acting_as(team.clerk):
		case.expenses[0].paid_on = add_months(today(), -2)
		case.save()
	assert "之间，不计" not in case.assessment and "刚性支出30,000.00元" in case.assessment
	frappe.db.set_value(APPLICATION, case.name, {"workflow_state": "Confirmed", "docstatus": 1})
	assert not again(team, case).expenses


def test_a_recognition_reminds_before_it_ends_and_gives_way_to_the_next(team):
	case = rigid(team, spent(f"R{builders.digits(9)}", 30_000))
	this_month = get_first_day(today())
	granted = entitlements.grant(
		category=case.category,
		household=case.household,
		recipient=case.applicant,
		division=case.division,
		area="Rural",
		amount=0,
		start_month=add_months(this_month, -11),
		end_month=this_month,
		shares=[{"recipient": row.recipient, "share": 0} for row in case.members],
		application=None,
		decided_on=add_months(today(), -12),
		snapshot="{}",
		member_count=2,
	)
	assert any(item.name == granted.name for item in clocks.open_items(getdate(this_month)))
	assert not facts.facts(case, "Draft").other_benefits
	frappe.db.set_value("Entitlement", granted.name, "end_month", add_months(this_month, 1))
	assert facts.facts(case, "Draft").other_benefits


# --- the green channel -----------------------------------------------------------------------------------------------
def test_the_green_channel_promises_less_time(team):
	case = builders.advance_to(builders.make_application(team), "Accepted", team)
	slow = getdate(case.service_due)
	with builders.acting_as(team.officer):
		case.update({"green_channel": 1, "green_channel_reason": "户主重伤，家中无人照料"})
		case.save()
	assert getdate(case.service_due) < slow <= getdate(case.statutory_due)
