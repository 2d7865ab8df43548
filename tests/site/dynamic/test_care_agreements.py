"""Who cares for a 特困 person is agreed, checked by interval, put right where it fails, and ends by a day."""

import frappe
import pytest
from frappe.utils import add_days, add_months, get_first_day, getdate, today

from socaid_app.dynamic_management import care_agreements, carer_checks
from socaid_app.policy import care
from socaid_app.socaid_app import life_events
from tests import builders
from tests.builders.visits import make_photo

AGREEMENT, CHECK = care_agreements.DOCTYPE, carer_checks.DOCTYPE
WELL = dict.fromkeys(care.DUTIES, "Duty Done Well")


@pytest.fixture
def team(site):
	return builders.make_team(builders.TOWNSHIP_A)


@pytest.fixture
def supported(team):
	household = builders.make_household(builders.VILLAGE_A, 1)
	builders.grant_benefit(household, category="特困-分散", amount=800)
	return household


def draft(household, user, **values):
	with builders.acting_as(user):
		values.setdefault("signed_paper", make_photo())
		return frappe.get_doc(
			{
				"doctype": AGREEMENT,
				"recipient": household.head,
				"carer_kind": "Neighbour",
				"caregiver": "李照料",
				"signed_on": today(),
				**values,
			}
		).insert()


def concluded(household, user, **values):
	agreement = draft(household, user, **values)
	with builders.acting_as(user):
		care_agreements.conclude(agreement.name)
	return agreement.reload()


def checked(agreement, user, **values):
	with builders.acting_as(user):
		found = frappe.get_doc(
			{
				"doctype": CHECK,
				"agreement": agreement.name,
				"check_way": "Visit to the Home",
				**WELL,
				**values,
			}
		).insert()
		carer_checks.record(found.name)
	return found.reload()


def test_an_agreement_knows_what_is_usual_and_begins_its_clocks(supported, team):
	agreement = concluded(supported, team.clerk)
	assert agreement.status == "Agreement in Force" and "紧急情况" in agreement.duties
	assert getdate(agreement.ends_on) == getdate(add_days(add_months(today(), 12), -1))
	assert agreement.next_check_on == getdate(add_months(today(), 1))
	assert agreement.next_selfcare_on == getdate(add_months(today(), 12))


def test_care_is_agreed_for_those_in_tekun_support_alone(team):
	household = builders.make_household(builders.VILLAGE_A, 1)
	builders.grant_benefit(household)
	with pytest.raises(care_agreements.AgreementRefused):
		draft(household, team.clerk)


def test_unsigned_or_second_agreements_are_not_concluded(supported, team, as_user):
	unsigned = draft(supported, team.clerk, signed_paper=None)
	with as_user(team.clerk), pytest.raises(care_agreements.AgreementRefused):
		care_agreements.conclude(unsigned.name)
	first = concluded(supported, team.clerk)
	second = draft(supported, team.clerk)
	with as_user(team.clerk), pytest.raises(care_agreements.AgreementRefused):
		care_agreements.conclude(second.name)
	renewal = concluded(supported, team.clerk, renews=first.name, starts_on=add_days(today(), 1))
	assert first.reload().status == "Agreement Ended" and first.end_ground == "Renewed"
	assert renewal.status == "Agreement in Force"


def test_a_check_moves_the_clock_and_scores(supported, team):
	agreement = concluded(supported, team.clerk)
	found = checked(agreement, team.officer, meals="Duty Partly Done")
	assert found.score == 92 and not found.issue
	agreement.reload()
	assert (agreement.last_score, agreement.last_checked_on) == (92, getdate(today()))
	assert agreement.next_check_on == getdate(add_months(today(), 1))


def test_what_is_neglected_is_put_right_by_a_day(supported, team, as_user):
	agreement = concluded(supported, team.clerk)
	with pytest.raises(carer_checks.CheckRefused):
		checked(agreement, team.officer, meals="Duty Not Done")
	found = checked(
		agreement,
		team.officer,
		meals="Duty Not Done",
		problems="两天没有送饭",
		rectify_by=add_days(today(), 5),
		responsible=team.clerk,
	)
	issue = frappe.get_doc("Data Quality Issue", found.issue)
	assert (issue.reference_name, issue.source_name) == (agreement.name, found.name)
	assert issue.due_on == getdate(add_days(today(), 5)) and issue.responsible == team.clerk
	with as_user(team.officer):
		found.meals = "Duty Done Well"
		with pytest.raises(carer_checks.CheckRefused):
			found.save()


def test_an_incomplete_check_is_not_recorded(supported, team):
	agreement = concluded(supported, team.clerk)
	with pytest.raises(carer_checks.CheckRefused):
		checked(agreement, team.officer, medicine=None)


def test_death_ends_the_agreement(supported, team):
	agreement = concluded(supported, team.clerk)
	life_events.record(supported.head, "Death", today())
	assert agreement.reload().status == "Agreement Ended" and agreement.end_ground == "Person Died"


def test_the_end_of_the_support_ends_the_agreement(supported, team):
	agreement = concluded(supported, team.clerk)
	care_agreements.end_with_support()
	assert agreement.reload().status == care_agreements.IN_FORCE
	frappe.db.set_value(
		"Entitlement", agreement.entitlement, "end_month", add_months(get_first_day(today()), -1)
	)
	frappe.db.set_value("Recipient Household", supported.name, "standing", "Benefit Suspended")
	care_agreements.end_with_support()
	assert agreement.reload().status == care_agreements.IN_FORCE
	frappe.db.set_value("Recipient Household", supported.name, "standing", "Benefit Stopped")
	assert care_agreements.end_with_support() == 1
	agreement.reload()
	assert (agreement.status, agreement.end_ground) == (care_agreements.ENDED, "Support Ended")
	assert getdate(agreement.ended_on) == getdate(today()) and care_agreements.end_with_support() == 0


def test_a_reviewed_visit_that_graded_self_care_is_the_assessment(supported, team):
	agreement = concluded(supported, team.clerk)
	visit = frappe.get_doc(
		{
			"doctype": "Home Visit",
			"household": supported.name,
			"status": "Reviewed",
			"care_grade": "Half Care",
		}
	)
	visit.check_out_at = f"{today()} 10:00:00"
	care_agreements.note_visit(visit)
	agreement.reload()
	assert agreement.last_care_grade == "Half Care" and agreement.last_selfcare_on == getdate(today())
