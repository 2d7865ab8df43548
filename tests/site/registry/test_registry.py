"""People and households: one record each, a head that is a member, and a history that stays."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.casework.rectification import RecheckByAnother
from socaid_app.policy import terms
from socaid_app.socaid_app import entitlements, life_events, registry
from socaid_app.socaid_app.doctype.circumstance_change.circumstance_change import (
	ReviewByAnother,
	accept,
	refuse,
)
from socaid_app.socaid_app.doctype.recipient_household.recipient_household import WrongHousehold
from tests import builders

EVENT = "Household Event"


def events(household) -> list[str]:
	return frappe.get_all(
		EVENT, filters={"household": household.name}, pluck="event", order_by="creation, name"
	)


@pytest.fixture
def household(site):
	return builders.make_household(members=3)


# --- entering --------------------------------------------------------------------------------------------
def test_a_household_counts_its_members_and_is_found_by_the_heads_initials(household):
	assert (household.member_count, household.pinyin, household.head_name) == (3, "cshj", "测试户甲")
	assert household.township == builders.TOWNSHIP_A
	assert events(household) == ["Created"]


def test_entering_a_known_person_finds_the_record_and_fills_what_was_missing(site):
	known = builders.make_person("已登记")
	number = frappe.db.get_value("Recipient Identity", known.name, "id_number")
	again = registry.enter_person(
		{
			"full_name": "别名",
			"id_number": number.lower(),
			"division": builders.VILLAGE_A,
			"marital": "Married",
		}
	)
	assert (again.name, again.full_name, again.marital) == (known.name, "已登记", "Married")


def test_a_person_lives_in_one_household_at_a_time(household):
	with pytest.raises(registry.AlreadyInHousehold, match=household.name):
		registry.enter_household(
			{
				"head": household.members[1].recipient,
				"division": household.division,
				"members": [{"recipient": household.members[1].recipient, "kinship": "02"}],
			}
		)


def test_a_relative_who_lives_apart_may_head_a_household_elsewhere(household):
	person = household.members[2].recipient
	household.members[2].residence = "Living Apart"
	household.save()
	other = registry.enter_household(
		{"head": person, "division": household.division, "members": [{"recipient": person, "kinship": "02"}]}
	)
	assert registry.households_of(person) == [other.name]


@pytest.mark.parametrize("kinships", [("10", "12"), ("02", "02")])
def test_a_household_has_exactly_one_head_among_its_members(site, kinships):
	people = [builders.make_person(f"成员{n}").name for n in range(2)]
	with pytest.raises(WrongHousehold):
		registry.enter_household(
			{
				"head": people[0],
				"division": builders.VILLAGE_A,
				"members": [
					{"recipient": name, "kinship": code} for name, code in zip(people, kinships, strict=True)
				],
			}
		)


def test_the_chosen_head_is_the_member_marked_as_head(household):
	household.head = household.members[1].recipient
	with pytest.raises(WrongHousehold):
		household.save()


def test_nobody_is_listed_twice(household):
	household.append("members", {"recipient": household.members[1].recipient, "kinship": "97"})
	with pytest.raises(WrongHousehold):
		household.save()


def test_a_member_cannot_leave_before_joining(household):
	household.members[2].left_on = add_days(today(), -3)
	with pytest.raises(WrongHousehold):
		household.save()


def test_members_are_neither_removed_nor_replaced(household):
	household.remove(household.members[2])
	with pytest.raises(WrongHousehold):
		household.save()
	household.reload()
	household.members[2].recipient = builders.make_person("替换").name
	with pytest.raises(WrongHousehold):
		household.save()


def test_closing_and_benefits_are_not_taken_from_the_form(household):
	household.update({"status": "Closed", "current_benefit": "农村低保", "current_amount": 900})
	household.save()
	assert (household.status, household.current_benefit, household.current_amount) == ("Active", None, 0)


# --- actions ---------------------------------------------------------------------------------------------
def test_the_head_changes_and_the_old_one_stays_a_member(household):
	old, new, child = (row.recipient for row in household.members)
	registry.change_head(household.name, new, {old: "11"}, "户主外出")
	household.reload()
	assert household.head == new and household.head_name == "测试户乙"
	assert {row.recipient: row.kinship for row in household.members} == {old: "11", new: "02", child: "20"}
	assert events(household)[-1] == "Head Changed"


def test_a_stranger_cannot_become_head(household):
	with pytest.raises(registry.NotAMember):
		registry.change_head(household.name, builders.make_person("外人").name, reason="无")


def test_a_member_joins_and_leaves_and_the_row_stays(household):
	person = builders.make_person("新成员", born="1990-05-06", male=False).name
	registry.add_member(household.name, person, "38")
	registry.remove_member(household.name, person, reason="Marriage")
	household.reload()
	row = household.members[-1]
	assert (row.recipient, str(row.left_on), row.leave_reason) == (person, today(), "Marriage")
	assert household.member_count == 3
	assert events(household) == ["Created", "Member Joined", "Member Left"]
	assert registry.households_of(person) == []


def test_a_past_days_household_can_be_told(site):
	person = builders.make_person("历史").name
	first, last = add_days(today(), -400), add_days(today(), -30)
	head = builders.make_person("户主").name
	household = registry.enter_household(
		{
			"head": head,
			"division": builders.VILLAGE_A,
			"members": [
				{"recipient": head, "kinship": "02", "joined_on": first},
				{"recipient": person, "kinship": "20", "joined_on": first, "left_on": last},
			],
		}
	)
	assert registry.households_of(person, getdate(add_days(today(), -100))) == [household.name]
	assert registry.households_of(person, getdate(today())) == []


def test_a_split_founds_a_household_and_both_histories_say_so(household):
	old_head, wife, child = (row.recipient for row in household.members)
	name = registry.split(household.name, [wife, child], wife, {child: "20"}, "分户")
	household.reload()
	new = frappe.get_doc("Recipient Household", name)
	assert (household.member_count, new.member_count, new.head) == (1, 2, wife)
	assert {row.recipient: row.kinship for row in new.members} == {wife: "02", child: "20"}
	assert {row.leave_reason for row in household.members if row.left_on} == {"Split"}
	assert events(household)[-1] == "Split" and events(new) == ["Created"]
	assert registry.households_of(child) == [name]


def test_the_head_does_not_leave_by_a_split(household):
	head = household.head
	with pytest.raises(registry.NotAMember):
		registry.split(household.name, [head], head, reason="分户")


def test_a_merge_moves_everybody_and_closes_the_household(household):
	other = builders.make_household(name="并入")
	registry.merge(other.name, household.name, {other.head: "70"}, "合户")
	other.reload()
	household.reload()
	assert (other.status, other.merged_into, household.member_count) == ("Closed", household.name, 5)
	assert registry.households_of(other.head) == [household.name]
	with pytest.raises(frappe.ValidationError):
		registry.reopen(other.name, "误操作")


def test_a_transfer_takes_members_and_benefit_along_from_next_month(household):
	old = builders.grant_benefit(household, start="2026-01-01")
	registry.transfer(household.name, builders.VILLAGE_B, "迁居")
	household.reload()
	assert household.township == builders.TOWNSHIP_B
	assert frappe.db.get_value("Recipient", household.head, "division") == builders.VILLAGE_B
	(standing,) = [name for name in entitlements.of_household(household.name) if name != old.name]
	new = frappe.get_doc("Entitlement", standing)
	assert (new.township, new.amount, new.previous_entitlement) == (builders.TOWNSHIP_B, old.amount, old.name)
	assert getdate(new.start_month) > getdate(today())
	assert events(household)[-1] == "Transferred"


def test_a_household_is_closed_and_reopened_with_a_reason(household):
	with pytest.raises(registry.ReasonRequired):
		registry.close(household.name, " ")
	registry.close(household.name, "外迁")
	assert frappe.db.get_value("Recipient Household", household.name, "status") == "Closed"
	registry.reopen(household.name, "迁回")
	assert events(household)[-2:] == ["Closed", "Reopened"]


def test_a_household_in_benefit_is_neither_closed_nor_merged(household):
	builders.grant_benefit(household)
	other = builders.make_household(name="并入")
	with pytest.raises(frappe.ValidationError):
		registry.close(household.name, "外迁")
	with pytest.raises(frappe.ValidationError):
		registry.merge(household.name, other.name, reason="合户")


# --- death and other changes -----------------------------------------------------------------------------
def test_a_death_opens_a_review_due_within_three_months(household):
	person = frappe.get_doc("Recipient", household.members[1].recipient)
	person.deceased_on = "2026-09-10"
	# joined today in the builder; the review concerns the household of the day of death
	frappe.db.set_value("Household Member", household.members[1].name, "joined_on", "2020-01-01")
	person.save()
	change = frappe.get_last_doc("Circumstance Change")
	assert (person.status, change.household, change.kind, change.status) == (
		"Deceased",
		household.name,
		"Death",
		"To Review",
	)
	assert str(change.due_on) == "2026-12-10"


def test_a_reviewed_death_ends_the_membership(household, as_user):
	member = household.members[1]
	frappe.db.set_value("Household Member", member.name, "joined_on", "2020-01-01")
	with as_user(builders.make_user("Township Officer", builders.TOWNSHIP_A)):
		life_events.report(member.recipient, terms.DEATH, "2026-09-10")
	change = frappe.get_last_doc("Circumstance Change")
	with as_user(builders.make_user("Township Approver", builders.TOWNSHIP_A)):
		accept(change.name)
	household.reload()
	assert (str(household.members[1].left_on), household.members[1].leave_reason) == ("2026-09-10", "Death")
	assert household.member_count == 2


def test_a_dead_head_must_be_succeeded(household):
	frappe.db.set_value("Recipient", household.head, {"deceased_on": today(), "status": "Deceased"})
	with pytest.raises(WrongHousehold):
		household.save()


@pytest.mark.parametrize("day", ["2999-01-01", "1900-01-01"])
def test_a_date_of_death_lies_between_birth_and_today(household, day):
	with pytest.raises(frappe.ValidationError):
		life_events.report(household.head, terms.DEATH, day)


def test_a_change_is_reviewed_by_another_person_than_its_reporter(household, as_user):
	officer = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	with as_user(officer):
		change = frappe.get_doc(
			{
				"doctype": "Circumstance Change",
				"household": household.name,
				"kind": "Income Change",
				"found_by": "Home Visit",
				"happened_on": today(),
				"state_after": "务工",
			}
		).insert()
		with pytest.raises(ReviewByAnother):
			accept(change.name)
		change.update({"status": "In Effect", "reviewed_by": "Administrator"})
		change.save()
		assert (change.status, change.reviewed_by) == ("To Review", None)
	with as_user(builders.make_user("Township Approver", builders.TOWNSHIP_A)):
		with pytest.raises(frappe.ValidationError):
			refuse(change.name, " ")
		accept(change.name)
	change.reload()
	assert change.status == "In Effect" and change.reviewed_by != officer


def test_a_rectified_issue_is_rechecked_by_another_person_than_the_one_responsible(site, as_user):
	responsible = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	other = builders.make_user("Township Approver", builders.TOWNSHIP_A)
	with as_user(responsible):
		issue = frappe.get_doc(
			{
				"doctype": "Data Quality Issue",
				"subject": "电话有误",
				"responsible": responsible,
				"due_on": today(),
			}
		).insert()
		assert issue.township == builders.TOWNSHIP_A
		issue.status = "Rectified"
		with pytest.raises(frappe.ValidationError):
			issue.save()
		issue.reload()
		issue.update({"status": "Rectified", "measure": "电话核实", "result": "已更正"})
		issue.save()
		issue.status = "Rechecked"
		with pytest.raises(RecheckByAnother):
			issue.save()
	with as_user(other):
		issue.reload()
		issue.status = "Rechecked"
		issue.save()
	assert issue.rechecked_by == other


def test_the_summary_shows_benefits_and_history_with_names(household):
	builders.grant_benefit(household)
	registry.remove_member(household.name, household.members[2].recipient, reason="Moved Out")
	shown = registry.summary(household.name)
	assert shown["entitlements"][0].category == "农村低保"
	assert {row.event for row in shown["events"]} == {"Created", "Member Left"}
	assert shown["names"][household.members[2].recipient] == "测试户丙"
