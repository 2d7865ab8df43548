"""A change of circumstances, fact by fact: on file and new, confirmed by another person, in effect, taken back."""

import frappe
import pytest
from frappe.utils import add_days, add_months, get_first_day, today

from socaid_app.casework.steps import StepNotOpen
from socaid_app.socaid_app import registry
from socaid_app.socaid_app.changed_facts import WrongFact
from socaid_app.socaid_app.doctype.circumstance_change.circumstance_change import (
	accept,
	refuse,
	take_back,
	take_effect_due,
)
from tests import builders

CHANGE, PROPOSAL = "Circumstance Change", "Household Reassessment"


@pytest.fixture
def officer(site):
	return builders.make_user("Township Officer", builders.TOWNSHIP_A)


@pytest.fixture
def reviewer(site):
	return builders.make_user("Township Approver", builders.TOWNSHIP_A)


@pytest.fixture
def household(site):
	found = builders.make_household(members=2, name=f"变{builders.digits()}", address="旧址")
	frappe.db.set_value("Recipient", found.head, "health", "Healthy")
	return found


@pytest.fixture
def benefit(household):
	"""Two persons, 11,199.96 yuan a year from business: 2 × 470 − 933.33 = 6.67."""
	start = add_months(get_first_day(today()), -3)
	found = builders.grant_benefit(household, amount=6.67, start=start)
	case = {
		"category": "农村低保",
		"scheme": "Dibao",
		"area": "Rural",
		"division": builders.VILLAGE_A,
		"applied_on": str(start),
		"accepted_on": str(start),
		"members": [
			{
				"id": row.recipient,
				"name": row.member_name,
				"kinship": row.kinship,
				"birth_date": str(frappe.db.get_value("Recipient", row.recipient, "birth_date")),
				"residence": "Living Together",
			}
			for row in household.members
		],
		"income": [
			{
				"member": household.head,
				"kind": "Business",
				"item": "Farming",
				"annual": 11199.96,
				"deduction": 0,
			}
		],
		"property": [],
		"expenses": [],
	}
	found.db_set("basis_snapshot", frappe.as_json({"case": case}))
	return found


def report(household, user: str, *facts: tuple, **values):
	with builders.acting_as(user):
		return frappe.get_doc(
			{
				"doctype": CHANGE,
				"household": household.name,
				"kind": "Health Change",
				"found_by": "Reported by Household",
				"happened_on": today(),
				"facts": [
					{"recipient": person, "fact": fact, "value_after": value} for person, fact, value in facts
				],
				**values,
			}
		).insert()


def health(household) -> str:
	return frappe.db.get_value("Recipient", household.head, "health")


def options(field: str) -> list[str]:
	return [one for one in frappe.get_meta("Recipient").get_field(field).options.split("\n") if one]


def ill() -> str:
	return next(one for one in options("health") if one != "Healthy")


def test_what_is_on_file_fills_itself_in_and_the_words_follow(household, officer):
	change = report(household, officer, (household.head, "Health", ill()), (None, "Home Address", "新址"))
	assert [row.value_before for row in change.facts] == ["Healthy", "旧址"]
	assert "旧址 → 新址" in change.state_after


def test_it_is_written_when_another_person_accepts_and_put_back_when_it_was_wrong(
	household, officer, reviewer
):
	change = report(household, officer, (household.head, "Health", ill()), (None, "Home Address", "新址"))
	assert health(household) == "Healthy"
	with builders.acting_as(reviewer):
		accept(change.name)
	address = registry.household_as_of(household.name, today())["address"]
	assert (health(household), address) == (ill(), "新址")
	with builders.acting_as(reviewer):
		take_back(change.name, "诊断书是别人的")
	address = registry.household_as_of(household.name, today())["address"]
	assert (health(household), address) == ("Healthy", "旧址")
	events = frappe.get_all("Household Event", {"change": change.name}, pluck="event")
	assert {"Fact Changed", "Address Changed", "Taken Back"} <= set(events)


def test_the_words_of_the_clerk_are_taken_for_a_choice(household, officer):
	frappe.local.lang = "zh"
	try:
		said = frappe._(ill(), context="Recipient")
		change = report(household, officer, (household.head, "Health", said))
	finally:
		frappe.local.lang = "en"
	assert change.facts[0].value_after == ill()


@pytest.mark.parametrize(
	("fact", "value"),
	[("Health", "不知所云"), ("Health", "Healthy"), ("Wages per Year", "许多"), ("Joined On", "2020-01-01")],
)
def test_what_cannot_be_read_or_says_nothing_new_is_refused(household, officer, fact, value):
	with pytest.raises(WrongFact):
		report(household, officer, (household.head, fact, value))


def test_money_is_reassessed_from_the_new_income(household, benefit, officer, reviewer):
	change = report(
		household, officer, (household.head, "Business Income per Year", "5,000元"), kind="Income Change"
	)
	assert change.facts[0].value_before == "11199.96"
	with builders.acting_as(reviewer):
		accept(change.name)
	proposal = frappe.get_doc(PROPOSAL, {"reference_name": change.name})
	# 2 × 470 − 5,000 / 12
	assert (proposal.proposal, proposal.amount_after) == ("Raise", 523.33)
	with builders.acting_as(reviewer):
		take_back(change.name, "算错了")
	proposal.reload()
	assert (proposal.status, proposal.handled_note) == ("Withdrawn", "算错了")


def test_two_that_say_otherwise_about_one_fact_are_seen_and_one_has_to_go(household, officer, reviewer):
	first, second = options("health")[1:3]
	one = report(household, officer, (household.head, "Health", first))
	other = report(household, officer, (household.head, "Health", second))
	assert [row.conflict for row in other.others()] == [True]
	with builders.acting_as(reviewer):
		with pytest.raises(StepNotOpen, match=one.name):
			accept(other.name)
		refuse(one.name, "以医院证明为准")
		accept(other.name)
	assert health(household) == second


def test_the_same_reported_again_is_seen(household, officer):
	one = report(household, officer, (household.head, "Health", ill()))
	again = report(household, officer, (household.head, "Health", ill()))
	assert [(row.name, row.conflict) for row in again.others()] == [(one.name, False)]
	text = report(household, officer, state_after="生病", recipient=household.head)
	repeated = report(household, officer, state_after="生病了", recipient=household.head)
	assert [row.name for row in repeated.others()] == [text.name]


def test_what_changed_meanwhile_is_not_overwritten(household, officer, reviewer):
	first, second = options("health")[1:3]
	change = report(household, officer, (household.head, "Health", first))
	frappe.db.set_value("Recipient", household.head, "health", second)
	with builders.acting_as(reviewer), pytest.raises(StepNotOpen):
		accept(change.name)


def test_a_change_confirmed_ahead_takes_effect_on_its_day(household, officer, reviewer):
	change = report(household, officer, (household.head, "Health", ill()), happened_on=add_days(today(), 9))
	with builders.acting_as(reviewer):
		accept(change.name)
	assert frappe.db.get_value(CHANGE, change.name, "status") == "Confirmed"
	assert take_effect_due() == 0 and health(household) == "Healthy"
	frappe.db.set_value(CHANGE, change.name, "happened_on", today())
	assert take_effect_due() == 1 and health(household) == ill()


def test_a_change_without_facts_still_lies_in_the_past_and_in_words(household, officer):
	with pytest.raises(frappe.ValidationError):
		report(household, officer, state_after="将要生病", happened_on=add_days(today(), 1))
	with pytest.raises(frappe.ValidationError):
		report(household, officer)


def test_an_event_taken_back_by_its_change_is_off_the_record(household, officer, reviewer):
	person = household.members[1].recipient
	change = report(
		household,
		officer,
		kind="Population Change",
		event="Moved Out",
		recipient=person,
		state_after="迁出",
	)
	with builders.acting_as(reviewer):
		accept(change.name)
		assert frappe.db.get_value("Recipient", person, "status") == "Moved Away"
		take_back(change.name, "没有迁出")
	assert frappe.db.get_value("Recipient", person, "status") == "Active"
	change.reload()
	assert (change.status, change.taken_back_reason) == ("Corrected", "没有迁出")
	assert person in registry.residents_of(household.name)
