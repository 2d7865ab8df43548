"""A household on any day, and one household for a person on every day, whichever way an entry comes in."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.patches.v1_0 import days_of_households
from socaid_app.socaid_app import registry
from socaid_app.socaid_app.doctype.recipient_household.recipient_household import (
	NotPastTheActions,
	WrongHousehold,
)
from tests import builders


def ago(days: int) -> str:
	return add_days(today(), -days)


def entered(*members: tuple, **values):
	"""A household of (person, kinship, joined, left); the first is its head."""
	rows = [
		{"recipient": person, "kinship": kinship, "joined_on": joined, "left_on": left}
		for person, kinship, joined, left in members
	]
	return registry.enter_household(
		{"head": rows[0]["recipient"], "division": builders.VILLAGE_A, "members": rows, **values}
	)


@pytest.fixture
def people(site):
	"""A man, his wife and their son."""
	made = [
		builders.make_person(f"日{mark}{builders.digits()}", born=born, male=male)
		for mark, born, male in (
			("甲", "1970-05-06", True),
			("乙", "1972-05-06", False),
			("丙", "1999-05-06", True),
		)
	]
	return [person.name for person in made]


@pytest.fixture
def household(people):
	head, wife, _other = people
	return entered((head, "02", ago(100), None), (wife, "12", ago(100), None), address="旧址1号")


def told(household, day: str) -> dict:
	found = registry.household_as_of(household.name, day)
	return {
		"head": found["head"],
		"members": {row["recipient"]: row["kinship"] for row in found["members"]},
		"place": found["division"],
		"address": found["address"],
		"status": found["status"],
	}


# --- as of a day --------------------------------------------------------------------------------------------------
def test_a_past_day_has_the_head_the_members_and_the_place_it_had(household, people):
	head, wife, child = people
	registry.add_member(household.name, child, "20", ago(60))
	registry.change_head(household.name, wife, {head: "11"}, "户主外出", ago(40))
	registry.transfer(household.name, builders.VILLAGE_B, "迁居", ago(20))
	household.reload()
	household.address = "新址2号"
	household.save()
	first = {"place": builders.VILLAGE_A, "address": "旧址1号", "status": "Active"}
	assert told(household, ago(80)) == {"head": head, "members": {head: "02", wife: "12"}, **first}
	assert told(household, ago(60)) == {
		"head": head,
		"members": {head: "02", wife: "12", child: "20"},
		**first,
	}
	later = {"head": wife, "members": {head: "11", wife: "02", child: "20"}}
	assert told(household, ago(40)) == {**later, **first}
	assert told(household, ago(20)) == {**later, **first, "place": builders.VILLAGE_B}
	assert told(household, today())["address"] == "新址2号"


def test_the_benefits_of_a_day_are_those_of_its_month(household):
	builders.grant_benefit(household, start="2026-01-01", end_month="2026-03-01")
	assert [row.amount for row in registry.household_as_of(household.name, "2026-03-31")["benefits"]] == [500]
	assert registry.household_as_of(household.name, "2026-04-01")["benefits"] == []


def test_a_day_to_come_is_not_told(household):
	with pytest.raises(registry.WrongDay):
		registry.household_as_of(household.name, add_days(today(), 1))


def test_who_may_not_read_the_address_is_not_told_the_former_one(household, as_user):
	with as_user(builders.make_user("Data Officer")):
		assert registry.household_as_of(household.name, ago(10))["address"] is None
		assert all("address_before" not in row for row in registry.summary(household.name)["events"])


def test_the_history_says_who_changed_what_and_why(household, people):
	registry.change_head(household.name, people[1], {people[0]: "11"}, "原户主外出务工")
	line = next(row for row in registry.summary(household.name)["events"] if row.event == "Head Changed")
	names = [frappe.db.get_value("Recipient", person, "full_name") for person in people]
	assert (line.before, line.after, line.reason) == (names[0], names[1], "原户主外出务工")
	assert line.by == frappe._("Administrator")


def test_an_older_day_is_not_slipped_in_before_a_line_that_is_there(household, people):
	registry.change_head(household.name, people[1], reason="先", on=ago(10))
	with pytest.raises(registry.WrongDay):
		registry.change_head(household.name, people[0], reason="后补", on=ago(20))


def test_nobody_lives_in_a_household_while_it_is_closed(household, people):
	registry.close(household.name, "外迁")
	frappe.db.set_value("Recipient Household", household.name, "closed_on", ago(30))
	frappe.db.set_value(
		"Household Event", {"household": household.name, "event": "Closed"}, "happened_on", ago(30)
	)
	other = entered((people[2], "02", ago(20), None), (people[1], "97", ago(20), ago(10)))
	registry.reopen(household.name, "迁回")
	assert told(household, ago(31))["members"].keys() == set(people[:2])
	assert told(household, ago(15))["members"] == {} and told(household, ago(15))["status"] == "Closed"
	assert told(household, today())["members"].keys() == set(people[:2])
	assert told(other, ago(15))["members"].keys() == {people[2], people[1]}


# --- one home on every day ------------------------------------------------------------------------------------
def test_nobody_is_entered_for_past_days_lived_elsewhere(household, people):
	with pytest.raises(registry.AlreadyInHousehold):
		entered((people[2], "02", ago(50), None), (people[1], "12", ago(90), ago(80)))


def test_whoever_has_left_may_join_elsewhere_from_that_day_on(household, people):
	registry.remove_member(household.name, people[1], ago(30), "Other")
	entered((people[1], "02", ago(30), None))
	assert registry.households_of(people[1], getdate(ago(31))) == [household.name]
	with pytest.raises(registry.AlreadyInHousehold, match=ago(31)):
		entered((people[2], "02", ago(31), None), (people[1], "12", ago(31), ago(30)))


def test_days_on_which_somebody_lived_apart_are_free(household, people):
	household.reload()
	household.members[1].residence = "Living Apart"
	household.flags.day = ago(50)
	household.save()
	with pytest.raises(registry.AlreadyInHousehold):
		entered((people[1], "02", ago(51), None))
	entered((people[1], "02", ago(50), None))
	household.reload()
	household.members[1].residence = "Living Together"
	with pytest.raises(registry.AlreadyInHousehold):
		household.save()


def test_nobody_is_listed_for_the_same_days_twice(household, people):
	household.append(
		"members", {"recipient": people[1], "kinship": "97", "joined_on": ago(90), "left_on": ago(80)}
	)
	with pytest.raises(WrongHousehold):
		household.save()


def test_a_day_of_joining_is_not_rewritten_and_not_ahead(household, people):
	household.members[1].joined_on = ago(5)
	with pytest.raises(WrongHousehold, match="更正|Correct"):
		household.save()
	household.reload()
	household.append("members", {"recipient": people[2], "kinship": "20", "joined_on": add_days(today(), 3)})
	with pytest.raises(WrongHousehold):
		household.save()


def test_whoever_was_entered_by_mistake_was_never_here(household, people):
	household.reload()
	household.members[1].leave_reason = "Entered by Mistake"
	household.save()
	assert people[1] not in told(household, ago(80))["members"]
	entered((people[1], "02", ago(90), None))


# --- every channel ------------------------------------------------------------------------------------------------
def by_form(household, values: dict):
	doc = frappe.get_doc("Recipient Household", household.name)
	doc.update({key: value for key, value in values.items() if key != "members"})
	for row in values.get("members", ()):
		doc.append("members", row)
	doc.save()


def by_rest(household, values: dict):
	from frappe.client import save

	doc = frappe.get_doc("Recipient Household", household.name).as_dict(convert_dates_to_str=True)
	doc |= {key: value for key, value in values.items() if key != "members"}
	doc["members"] += [{"doctype": "Household Member", **row} for row in values.get("members", ())]
	save(frappe.as_json(doc))


def by_import(household, values: dict):
	from frappe.core.doctype.data_import.importer import Importer

	importer = Importer.__new__(Importer)
	importer.doctype, importer.import_type = "Recipient Household", "Update Existing Records"
	importer.data_import = frappe._dict(submit_after_import=0)
	doc = frappe.get_doc("Recipient Household", household.name)
	rows = [row.as_dict() for row in doc.members]
	rows += [{"doctype": "Household Member", **row} for row in values.get("members", ())]
	importer.update_record(
		frappe._dict(name=household.name, doctype="Recipient Household", **{**values, "members": rows})
	)


CHANNELS = (by_form, by_rest, by_import)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_second_household_is_refused_on_every_channel(household, people, channel):
	other = entered((people[2], "02", ago(100), None))
	row = {"recipient": people[1], "kinship": "12", "joined_on": ago(10)}
	with pytest.raises(registry.AlreadyInHousehold):
		channel(other, {"members": [row]})


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("what", ["members", "head", "division"])
def test_who_a_benefit_is_for_is_not_changed_past_the_second_person(household, people, channel, what):
	builders.grant_benefit(household)
	values = {
		"members": [{"recipient": people[2], "kinship": "20", "joined_on": today()}],
		"head": people[1],
		"division": builders.VILLAGE_B,
	}
	with pytest.raises(NotPastTheActions):
		channel(household, {what: values[what]})


# --- older records ------------------------------------------------------------------------------------------------
def test_what_older_histories_lack_is_filled_in_from_what_is_known(household, people):
	head, wife, child = people
	registry.add_member(household.name, child, "20", ago(60))
	registry.change_head(household.name, wife, reason="一", on=ago(40))
	registry.change_head(household.name, child, reason="二", on=ago(20))
	frappe.db.set_value(
		"Household Event",
		{"household": household.name, "event": "Head Changed"},
		{"value_before": None, "value_after": None},
	)
	frappe.db.set_value("Household Member", household.members[0].name, "joined_on", None)
	assert told_head(household, ago(50)) is None
	for _again in range(2):
		days_of_households.execute()
	assert told_head(household, ago(30)) == wife and told_head(household, ago(50)) == head
	assert getdate(
		frappe.db.get_value("Household Member", household.members[0].name, "joined_on")
	) == getdate(today())


def told_head(household, day: str):
	return registry.household_as_of(household.name, day)["head"]
