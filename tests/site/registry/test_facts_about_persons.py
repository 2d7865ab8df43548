"""What befell a person reaches every deciding step: the dead are not counted, not paid, and do not apply."""

import frappe
import pytest
from frappe.utils import add_days, add_months, get_first_day, getdate, today

from socaid_app.assistance_intake.case_steps import GateClosed
from socaid_app.casework import clocks as reminders
from socaid_app.means_testing import reassessment
from socaid_app.policy import terms
from socaid_app.public_disclosure.content import PublicityRefused
from socaid_app.socaid_app import life_events, registry
from tests import builders


@pytest.fixture
def team(site):
	return builders.make_team()


def dies(recipient: str, on=None) -> None:
	with builders.acting_as("Administrator"):
		life_events.report(recipient, terms.DEATH, str(on or today()))


def saved(case, user):
	with builders.acting_as(user):
		doc = frappe.get_doc("Assistance Application", case.name)
		doc.save()
	return doc


def test_a_wife_who_died_is_not_counted_in_the_application(team):
	case = builders.make_application(team)
	assert (case.member_count, case.proposed_amount) == (2, 740)
	dies(case.members[1].recipient)
	case = saved(case, team.clerk)
	assert (case.member_count, case.proposed_amount) == (1, 270)
	assert [row.share for row in case.members] == [270, 0]
	assert "死亡" in case.members[1].counted_reason


@pytest.mark.parametrize("event", ["Death", "Imprisonment"])
def test_a_family_is_confirmed_without_the_wife_who_is_gone(team, event):
	case = builders.make_application(team)
	with builders.acting_as("Administrator"):
		life_events.report(case.members[1].recipient, event, today())
	case = builders.advance_to(saved(case, team.clerk), "Confirmed", team)
	benefit = frappe.get_doc("Entitlement", case.entitlement)
	assert [(row.recipient, row.share) for row in benefit.shares] == [(case.applicant, 270)]
	assert registry.residents_of(case.household) == {case.applicant}
	record = frappe.get_doc("Recipient", case.members[1].recipient)
	assert record.deceased_on or not record.absences[0].absent_until


def test_an_application_for_a_dead_applicant_is_refused_at_acceptance(team):
	case = builders.make_application(team)
	dies(case.applicant)
	builders.give_consents(case, team.clerk)
	with pytest.raises(GateClosed, match="死亡"):
		builders.act(case, "Accept", team.officer)
	refused = builders.act(case, "Refuse Acceptance", team.officer, decision_reason="申请人已死亡")
	assert refused.workflow_state == "Not Accepted"
	assert frappe.db.exists(
		"Document Delivery", {"reference_name": case.name, "document_kind": "Not Accepted"}
	) or (frappe.db.count("Document Delivery", {"reference_name": case.name}) == 1)


@pytest.mark.parametrize(
	"state", ["Accepted", "Under Investigation", "Preliminary Publicity", "Under Review"]
)
def test_a_case_whose_applicant_dies_on_the_way_ends_with_a_letter(team, state):
	case = builders.advance_to(builders.make_application(team), state, team)
	dies(case.applicant)
	user, action = {
		"Accepted": (team.officer, "Start Investigation"),
		"Under Investigation": (team.officer, "Publish"),
		"Preliminary Publicity": (team.officer, "Submit for Review"),
		"Under Review": (team.reviewer, "Recommend"),
	}[state]
	with pytest.raises(GateClosed, match="申请人已于"):
		builders.act(case, action, user)
	letters = frappe.db.count("Document Delivery", {"reference_name": case.name})
	ended = builders.act(case, "Terminate", team.approver, decision_reason="申请人已死亡")
	assert ended.workflow_state == "Terminated"
	assert frappe.db.count("Document Delivery", {"reference_name": case.name}) == letters + 1


def test_a_member_who_dies_after_the_opinion_sends_the_case_back(team):
	case = builders.advance_to(builders.make_application(team), "Awaiting Confirmation", team)
	assert case.proposed_amount == 740
	dies(case.members[1].recipient)
	with pytest.raises(GateClosed, match="已经死亡，核算中仍计入"):
		builders.act(case, "Confirm", team.approver)


def test_a_member_who_left_the_household_is_judged_by_where_he_lives_now(team):
	head = builders.make_case_person("户主甲", "1961-03-05")
	son = builders.make_case_person("儿子甲", "1990-03-05")
	members = [{"recipient": head.name, "kinship": "02"}, {"recipient": son.name, "kinship": "21"}]
	with builders.acting_as("Administrator"):
		household = registry.enter_household(
			{"head": head.name, "division": builders.CASE_VILLAGE, "area": "Rural", "members": members}
		)
	case = builders.make_application(
		team,
		applicant=head.name,
		household=household.name,
		members=members,
		incomes=[],
	)
	assert case.member_count == 2
	with builders.acting_as("Administrator"):
		registry.remove_member(household.name, son.name, today(), "Moved Out")
	assert saved(case, team.clerk).member_count == 1


# --- 特困 ------------------------------------------------------------------------------------------------
def test_a_form_nobody_filled_in_is_no_assessment(team):
	old = builders.make_case_person("特困老人", "1945-02-01")
	case = builders.make_application(
		team, "Tekun", applicant=old.name, members=[{"recipient": old.name, "kinship": "02"}], incomes=[]
	)
	assert (case.eligible, case.care_grade, case.proposed_amount) == ("Eligible", None, 611)
	case = builders.advance_to(case, "Confirmed", team)
	share = frappe.get_doc("Entitlement", case.entitlement).shares[0]
	assert (share.share, share.care_grade or "", share.care_amount) == (611, "", 0)
	printed = frappe.get_print("Household Investigation", case.investigation, "Household Investigation Form")
	assert "☐吃饭" in printed and "评定：未评估" in printed


def test_an_able_son_in_the_household_stands_in_the_way_of_特困(team):
	old = builders.make_case_person("特困老人", "1945-02-01")
	son = builders.make_case_person("儿子乙", "1980-02-01")
	members = [
		{"recipient": old.name, "kinship": "02"},
		{"recipient": son.name, "kinship": "21", "in_need": 0},
	]
	case = builders.make_application(team, "Tekun", applicant=old.name, members=members, incomes=[])
	assert case.eligible == "Not Eligible"
	assert "儿子乙：有履行义务能力" in case.assessment


def test_a_minor_who_comes_of_age_at_school_stays_in_support(team):
	child = builders.make_case_person("特困儿童", add_months(today(), -12 * 15), schooling="Senior High")
	case = builders.make_application(
		team, "Tekun", applicant=child.name, members=[{"recipient": child.name, "kinship": "02"}], incomes=[]
	)
	case = builders.advance_to(case, "Confirmed", team)
	benefit = frappe.get_doc("Entitlement", case.entitlement)
	grown = reassessment.case_on_file(benefit.name)
	grown["members"][0]["birth_date"] = str(add_months(getdate(today()), -12 * 18))
	benefit.db_set(
		"basis_snapshot", frappe.as_json({**frappe.parse_json(benefit.basis_snapshot), "case": grown})
	)
	source = frappe._dict(household=case.household, doctype="Recipient Household", name=case.household)
	at_school = reassessment.reassess(benefit.name, {}, source)
	assert (at_school.proposal, at_school.incomplete) == ("Unchanged", None)
	left_school = reassessment.reassess(
		benefit.name, {"members": {child.name: {"schooling": "Not in School"}}}, source
	)
	assert left_school.proposal == "Stop"


def test_a_reassessment_leaves_out_who_died_since(team):
	case = builders.advance_to(builders.make_application(team), "Confirmed", team)
	dies(case.members[1].recipient)
	source = frappe._dict(household=case.household, doctype="Recipient Household", name=case.household)
	proposal = reassessment.reassess(case.entitlement, {}, source)
	assert (proposal.amount_before, proposal.amount_after, proposal.proposal) == (740, 270, "Reduce")


def test_a_report_on_health_has_the_care_grade_assessed_in_ten_working_days(team):
	from socaid_app.socaid_app import rules

	old = builders.make_case_person("特困老人", "1945-02-01")
	case = builders.make_application(
		team, "Tekun", applicant=old.name, members=[{"recipient": old.name, "kinship": "02"}], incomes=[]
	)
	case = builders.advance_to(case, "Confirmed", team)
	change = frappe.get_doc(
		{
			"doctype": "Circumstance Change",
			"household": case.household,
			"recipient": old.name,
			"kind": "Health Change",
			"found_by": "Reported by Household",
			"happened_on": add_days(today(), -3),
			"state_after": "卧床",
		}
	).insert()
	assert getdate(change.due_on) == rules.calendar().add_workdays(getdate(today()), 10)[0]


# --- who confirms ----------------------------------------------------------------------------------------
def test_the_county_confirms_rigid_expenditure(site):
	category = frappe.get_doc("Assistance Category", {"scheme": "Rigid"})
	assert category.confirming_authority == "County"
	category.confirming_authority = "Township"
	with pytest.raises(frappe.ValidationError, match="吉民发〔2024〕5号"):
		category.save()


# --- one cause, once a year ------------------------------------------------------------------------------
def test_the_same_cause_is_helped_once_a_year_unless_deliberated(team):
	category = "临时-急难（小额快救）"
	first = builders.make_application(team, "Temporary", category=category)
	first = builders.act(first, "Accept", team.officer)
	first = builders.act(first, "Recommend", team.officer)
	builders.act(first, "Confirm", team.approver)
	again = {
		"applicant": first.applicant,
		"members": [{"recipient": first.applicant, "kinship": "02"}],
		"incomes": [],
	}
	second = builders.make_application(team, "Temporary", category=category, **again)
	assert second.eligible == "Not Eligible" and "同一事由本年度已救助1次" in second.assessment
	other = builders.make_application(team, "Temporary", category=category, **again, cause="Disaster")
	assert other.eligible == "Eligible"


def test_the_month_of_a_benefit_begins_after_the_decision(team):
	case = builders.advance_to(builders.make_application(team), "Confirmed", team)
	assert getdate(case.effective_month) == get_first_day(add_months(today(), 1))


# --- what the register knows of a person, the assessment asks ----------------------------------------------
# Event → whether the grown son who lives at home still counts, and whether the wife does (57号 Art. 7).
COUNTS_AFTER = {
	"Death": (False, False),
	"Marriage": (False, True),
	"Moved Out": (False, True),
	"Adopted Away": (False, False),
	"Imprisonment": (False, False),
	"Compulsory Rehabilitation": (False, False),
	"Declared Missing": (False, False),
	"Military Service": (False, True),
	"Long-term Institution": (False, True),
}


@pytest.fixture
def couple_with_son(team):
	people = [
		builders.make_case_person("户主丙", "1961-03-05"),
		builders.make_case_person("妻子丙", "1963-03-05", male=False),
		builders.make_case_person("儿子丙", "1990-03-05"),
	]
	members = [
		{"recipient": person.name, "kinship": kinship}
		for person, kinship in zip(people, ("02", "12", "20"), strict=True)
	]
	with builders.acting_as("Administrator"):
		household = registry.enter_household(
			{"head": people[0].name, "division": builders.CASE_VILLAGE, "area": "Rural", "members": members}
		)
	return frappe._dict(people=[person.name for person in people], members=members, household=household.name)


@pytest.mark.parametrize("event", COUNTS_AFTER)
def test_every_event_on_record_is_asked_by_the_assessment(team, couple_with_son, event):
	family = couple_with_son
	case = builders.make_application(
		team, applicant=family.people[0], household=family.household, members=family.members, incomes=[]
	)
	assert case.member_count == 3
	with builders.acting_as("Administrator"):
		for person in family.people[1:]:
			life_events.report(person, event, today())
	counted = {row.recipient: bool(row.counted) for row in saved(case, team.clerk).members}
	wife, son = (counted[person] for person in family.people[1:])
	assert (son, wife) == COUNTS_AFTER[event]


@pytest.mark.parametrize("event", [event for event, counts in COUNTS_AFTER.items() if not counts[0]])
def test_an_opinion_that_counts_somebody_who_is_gone_by_now_goes_back(team, couple_with_son, event):
	family = couple_with_son
	case = builders.make_application(
		team, applicant=family.people[0], household=family.household, members=family.members, incomes=[]
	)
	case = builders.advance_to(case, "Awaiting Confirmation", team)
	with builders.acting_as("Administrator"):
		life_events.report(family.people[2], event, today())
	with pytest.raises(GateClosed, match="核算中仍计入保障人口"):
		builders.act(case, "Confirm", team.approver)


def test_who_is_in_prison_is_not_counted_before_the_household_is_on_the_register(team):
	case = builders.make_application(team)
	with builders.acting_as("Administrator"):
		person = frappe.get_doc("Recipient", case.members[1].recipient)
		person.append("absences", {"reason": "Imprisonment", "absent_from": today()})
		person.save()
	assert saved(case, team.clerk).member_count == 1
	with builders.acting_as("Administrator"):
		person.reload()
		person.absences[0].absent_until = today()
		person.save()
	assert saved(case, team.clerk).member_count == 2, "released"


def test_a_wife_in_an_institution_is_not_left_out_of_the_application(team, couple_with_son):
	family = couple_with_son
	with builders.acting_as("Administrator"):
		life_events.report(family.people[1], "Long-term Institution", today())
	members = [family.members[0], family.members[2]]
	case = builders.make_application(
		team, applicant=family.people[0], household=family.household, members=members, incomes=[]
	)
	case = builders.advance_to(case, "Under Investigation", team)
	with pytest.raises(GateClosed, match="妻子丙没有计入"):
		builders.act(case, "Publish", team.officer)


@pytest.mark.parametrize(
	"event, able", [("Imprisonment", False), ("Declared Missing", False), ("Moved Out", True)]
)
def test_a_supporter_in_prison_or_missing_does_not_stand_in_the_way_of_特困(team, event, able):
	old = builders.make_case_person("特困老人", "1945-02-01")
	son = builders.make_case_person("儿子丁", "1980-02-01")
	with builders.acting_as("Administrator"):
		life_events.report(son.name, event, today())
	supporter = {"recipient": son.name, "supporter_name": "儿子丁", "relation": "Child", "property_ok": 1}
	case = builders.make_application(
		team,
		"Tekun",
		applicant=old.name,
		members=[{"recipient": old.name, "kinship": "02"}],
		supporters=[supporter],
		incomes=[],
	)
	assert case.eligible == ("Not Eligible" if able else "Eligible")


# --- the letter to the family -------------------------------------------------------------------------------
def test_the_letter_about_a_dead_applicants_case_goes_to_the_family(team):
	case = builders.advance_to(builders.make_application(team), "Under Investigation", team)
	with builders.acting_as(team.reviewer):
		life_events.report(case.applicant, "Death", today())
	assert frappe.db.exists(
		"Notification Log",
		{"document_name": case.name, "for_user": team.clerk, "subject": ["like", "%applicant died%"]},
	) or frappe.db.exists("Notification Log", {"document_name": case.name, "for_user": team.clerk})
	with pytest.raises(GateClosed, match="书面告知家属"):
		builders.act(case, "Withdraw", team.officer)
	ended = builders.act(case, "Terminate", team.approver, decision_reason="申请人已死亡")
	letter = frappe.get_doc(
		"Document Delivery", {"reference_name": case.name, "document_kind": "Termination Notice"}
	)
	assert letter.recipient == case.members[1].recipient
	printed = frappe.get_print("Assistance Application", ended.name, "Rejection Notice")
	assert (
		"终止办理告知书" in printed and "测试户主的家属测试配偶：" in printed and "你（家庭）" not in printed
	)


def test_no_notice_is_posted_that_counts_a_dead_member(team):
	case = builders.advance_to(builders.make_application(team), "Preliminary Publicity", team)
	dies(case.members[1].recipient)
	with pytest.raises(PublicityRefused, match="已经死亡|has died"):
		builders.post_notice(case, team.reviewer)


def test_the_review_of_a_death_is_reminded_of(team):
	with builders.acting_as("Administrator"):
		person = builders.make_case_person("亡者", "1950-02-01")
		life_events.report(person.name, "Death", today())
	change = frappe.get_last_doc("Circumstance Change")
	assert not [
		item
		for item in reminders.open_items(getdate(add_days(change.due_on, -1)))
		if item.name == change.name
	]
	assert [item for item in reminders.open_items(getdate(change.due_on)) if item.name == change.name]
