"""What clerks do to a household: asked in one dialog, confirmed by another person where money hangs on it, taken back."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from socaid_app.casework import due_rules
from socaid_app.socaid_app import entitlements, household_actions, household_page, registry, rules
from socaid_app.socaid_app.changes_in_effect import BuiltOn
from socaid_app.socaid_app.doctype.circumstance_change import circumstance_change
from socaid_app.socaid_app.doctype.circumstance_change.circumstance_change import (
	AskedAlready,
	ReviewByAnother,
	accept,
	refuse,
	take_back,
	take_effect_due,
)
from tests import builders
from tests.builders.parallel import at_once, refused

CHANGE, PROPOSAL = "Circumstance Change", "Household Reassessment"


def ago(days: int) -> str:
	return add_days(today(), -days)


@pytest.fixture
def officer(site):
	return builders.make_user("Township Officer", builders.TOWNSHIP_A)


@pytest.fixture
def reviewer(site):
	return builders.make_user("Township Approver", builders.TOWNSHIP_A)


@pytest.fixture
def receiver(site):
	return builders.make_user("Township Officer", builders.TOWNSHIP_B)


@pytest.fixture
def household(site):
	found = builders.make_household(members=3, name=f"办{builders.digits()}")
	for row in found.members:
		frappe.db.set_value("Household Member", row.name, "joined_on", "2020-01-01")
	found.reload()
	return found


@pytest.fixture
def newcomer(site):
	return builders.make_person(f"来{builders.digits()}", born="2020-03-04").name


def members(name: str, day: str | None = None) -> set[str]:
	return {row["recipient"] for row in registry.household_as_of(name, day or today())["members"]}


def status(change: str) -> str:
	return frappe.db.get_value(CHANGE, change, "status")


# --- asked and confirmed ------------------------------------------------------------------------------------------
def test_where_nothing_is_paid_an_action_takes_effect_at_once_and_is_on_record(household, newcomer, officer):
	with builders.acting_as(officer):
		answer = household_actions.add_member(household.name, newcomer, "20", ago(3), reason="出生")
	change = frappe.get_doc(CHANGE, answer["change"])
	assert (change.status, change.action, change.reviewed_by) == ("In Effect", "Add Member", None)
	assert newcomer in members(household.name) and newcomer not in members(household.name, ago(4))
	line = frappe.get_last_doc("Household Event", {"household": household.name, "event": "Member Joined"})
	assert (line.change, line.reason) == (change.name, "出生")


def test_where_support_is_paid_another_person_confirms_first(household, newcomer, officer, reviewer):
	builders.grant_benefit(household)
	with builders.acting_as(officer):
		answer = household_actions.add_member(household.name, newcomer, "20", reason="出生")
		assert newcomer not in members(household.name)
		with pytest.raises(ReviewByAnother):
			accept(answer["change"])
	change = frappe.get_doc(CHANGE, answer["change"])
	assert change.status == "To Review" and "加入" in change.state_after
	with builders.acting_as(reviewer):
		accept(change.name, "属实")
	assert newcomer in members(household.name)
	proposal = frappe.get_doc(PROPOSAL, {"reference_name": change.name})
	assert proposal.incomplete and not proposal.amount_after, (
		"what nobody declared is not computed as nothing"
	)


def test_what_waits_for_another_person_has_a_day_by_which_it_is_looked_at(
	household, newcomer, officer, reviewer
):
	builders.grant_benefit(household)
	with builders.acting_as(officer):
		change = household_actions.add_member(household.name, newcomer, "20")["change"]
	assert getdate(frappe.db.get_value(CHANGE, change, "due_on")) == rules.workdays_after(
		"change_review_days"
	)

	def overdue() -> bool:
		filters = due_rules.rule("circumstance_change").overdue_filters()
		return change in frappe.get_all(CHANGE, filters=filters, pluck="name")

	frappe.db.set_value(CHANGE, change, "due_on", ago(1))
	assert overdue()
	# what waits since before there was such a day gets its own, and so does what the holidays of a year put off
	frappe.db.set_value(CHANGE, change, "due_on", None)
	assert circumstance_change.recompute_open() >= 1
	assert frappe.db.get_value(CHANGE, change, "due_on")
	frappe.db.set_value(CHANGE, change, "due_on", ago(1))
	with builders.acting_as(reviewer):
		accept(change)
	assert not overdue()


def test_what_was_asked_in_the_dialog_is_not_reworded_on_the_form(household, newcomer, officer):
	builders.grant_benefit(household)
	with builders.acting_as(officer):
		change = frappe.get_doc(
			CHANGE, household_actions.add_member(household.name, newcomer, "20")["change"]
		)
		change.state_after = "别的"
		with pytest.raises(frappe.ValidationError):
			change.save()


def test_the_same_action_is_not_asked_for_twice_and_another_one_is_told(household, newcomer, officer):
	builders.grant_benefit(household)
	with builders.acting_as(officer):
		household_actions.add_member(household.name, newcomer, "20", reason="出生")
		with pytest.raises(AskedAlready):
			household_actions.add_member(household.name, newcomer, "20", reason="出生")
		other = household_actions.change_head(household.name, household.members[1].recipient, reason="外出")
	told = circumstance_change.CircumstanceChange.others(frappe.get_doc(CHANGE, other["change"]))
	assert [row.conflict for row in told] == [True]
	assert len(household_page.waiting(household.name)) == 2


def test_a_refused_action_changes_nothing_and_says_why(household, newcomer, officer, reviewer):
	builders.grant_benefit(household)
	with builders.acting_as(officer):
		change = household_actions.add_member(household.name, newcomer, "20")["change"]
	with builders.acting_as(reviewer):
		refuse(change, "不是共同生活成员")
	assert newcomer not in members(household.name) and status(change) == "Rejected"
	told = frappe.get_last_doc("Notification Log", {"for_user": officer})
	assert "不是共同生活成员" in told.subject


# --- the day ------------------------------------------------------------------------------------------------------
def test_an_action_for_a_day_to_come_takes_effect_on_that_day(household, newcomer):
	day = add_days(today(), 5)
	change = household_actions.add_member(household.name, newcomer, "20", day, reason="将迁入")["change"]
	assert status(change) == "Confirmed" and newcomer not in members(household.name)
	assert take_effect_due() == 0
	frappe.db.set_value(CHANGE, change, "happened_on", today())
	assert take_effect_due() == 1 and take_effect_due() == 0
	assert status(change) == "In Effect" and newcomer in members(household.name)


def test_what_cannot_take_effect_on_its_day_goes_back_to_review(household, newcomer):
	day = add_days(today(), 5)
	change = household_actions.add_member(household.name, newcomer, "20", day, reason="将迁入")["change"]
	registry.enter_household(
		{
			"head": newcomer,
			"division": builders.VILLAGE_A,
			"members": [{"recipient": newcomer, "kinship": "02"}],
		}
	)
	frappe.db.set_value(CHANGE, change, "happened_on", today())
	assert take_effect_due() == 0
	doc = frappe.get_doc(CHANGE, change)
	assert doc.status == "To Review" and doc.review_note and newcomer not in members(household.name)


# --- transfers ----------------------------------------------------------------------------------------------------
def test_a_household_moves_when_the_side_that_receives_it_accepts(household, officer, reviewer, receiver):
	builders.grant_benefit(household)
	with builders.acting_as(officer):
		change = household_actions.transfer(household.name, builders.VILLAGE_B, "投靠子女")["change"]
		assert not frappe.get_list(CHANGE, {"name": change}), "it is where it goes to"
		[waits] = household_page.waiting(household.name)
		assert waits.place and not waits.may_open
	with builders.acting_as(reviewer), pytest.raises(frappe.PermissionError):
		accept(change)
	assert frappe.db.exists("Notification Log", {"for_user": receiver, "document_name": change})
	with builders.acting_as(receiver):
		assert household.head_name in frappe.get_doc(CHANGE, change).state_before
		accept(change)
		assert frappe.get_doc("Recipient Household", household.name).has_permission("read")
	assert frappe.db.get_value("Recipient", household.head, "division") == builders.VILLAGE_B
	standing = [frappe.get_doc("Entitlement", name) for name in entitlements.of_household(household.name)]
	assert sorted((str(row.start_month), row.division) for row in standing)[-1][1] == builders.VILLAGE_B


def test_a_refused_move_is_seen_again_where_the_household_stays(household, officer, receiver):
	with builders.acting_as(officer):
		change = household_actions.transfer(household.name, builders.VILLAGE_B, "投靠子女")["change"]
	with builders.acting_as(receiver):
		refuse(change, "没有居住")
	with builders.acting_as(officer):
		assert frappe.get_list(CHANGE, {"name": change})
	assert frappe.db.get_value("Recipient Household", household.name, "division") == builders.VILLAGE_A


# --- corrections --------------------------------------------------------------------------------------------------
def test_a_wrong_entry_is_put_right_and_what_stood_there_is_kept(household):
	person = household.members[1].recipient
	change = household_actions.correct_entry(
		household.name, [{"recipient": person, "fact": "Joined On", "value_after": ago(30)}], "登记日期写错"
	)["change"]
	assert person not in members(household.name, ago(31)) and person in members(household.name, ago(30))
	[row] = frappe.get_doc(CHANGE, change).facts
	assert (row.value_before, row.value_after) == ("2020-01-01", ago(30))
	line = frappe.get_last_doc("Household Event", {"household": household.name, "event": "Entry Corrected"})
	assert "2020-01-01" in line.value_before and line.reason
	take_back(change, "原来写得对")
	assert person in members(household.name, ago(31)) and status(change) == "Corrected"


def test_a_member_by_mistake_was_never_here_and_is_again_when_that_was_wrong(household, officer, reviewer):
	builders.grant_benefit(household)
	person = household.members[2].recipient
	with builders.acting_as(officer):
		change = household_actions.remove_member(
			household.name, person, reason="Entered by Mistake", note="同名"
		)["change"]
	with builders.acting_as(reviewer):
		accept(change)
	assert person not in members(household.name, ago(100))
	with builders.acting_as(reviewer):
		take_back(change, "是本人")
	assert person in members(household.name, ago(100))


# --- taken back ---------------------------------------------------------------------------------------------------
def everything(*names: str) -> list:
	"""What the households are on past days, and what is paid."""
	found = []
	for name in names:
		for day in (ago(50), ago(10), today()):
			told = registry.household_as_of(name, day)
			found.append((told["status"], told["head"], told["division"], sorted(map(str, told["members"]))))
	return found


@pytest.mark.parametrize("action", ["add", "remove", "head", "split", "merge", "transfer"])
def test_an_action_taken_back_leaves_every_day_as_it_was_and_its_lines(household, newcomer, action):
	first, wife, child = (row.recipient for row in household.members)
	other = builders.make_household(members=1, name=f"另{builders.digits()}")
	frappe.db.set_value("Household Member", other.members[0].name, "joined_on", "2020-01-01")
	before = everything(household.name, other.name)
	on = ago(20)
	if action == "add":
		answer = household_actions.add_member(household.name, newcomer, "20", on)
	elif action == "remove":
		answer = household_actions.remove_member(household.name, child, on, "Other", "离开")
	elif action == "head":
		answer = household_actions.change_head(household.name, wife, {first: "11"}, "外出", on)
	elif action == "split":
		answer = household_actions.split(household.name, [wife, child], wife, {}, "分户", on)
	elif action == "merge":
		answer = household_actions.merge(other.name, household.name, {}, "合户", on)
	else:
		answer = household_actions.transfer(household.name, builders.OTHER_VILLAGE_A, "迁居", on)
		with builders.acting_as(builders.make_user("Township Approver", builders.TOWNSHIP_A)):
			accept(answer["change"])
	assert everything(household.name, other.name) != before
	with builders.acting_as(builders.make_user("County Reviewer")):
		take_back(answer["change"], "办错了")
	assert everything(household.name, other.name) == before
	lines = frappe.get_all(
		"Household Event", {"change": answer["change"]}, ["event", "undone"], order_by="creation"
	)
	assert {row.undone for row in lines if row.event != "Taken Back"} == {1}
	assert [row.event for row in lines].count("Taken Back") == 1
	if answer["opened"]:
		assert members(answer["opened"]) == members(answer["opened"], on) == set()


def test_whoever_comes_by_a_merge_is_kept_where_the_household_is_and_goes_back_with_it(household, officer):
	other = builders.make_household(builders.VILLAGE_B, members=2, name=f"另{builders.digits()}")
	people = [row.recipient for row in other.members]
	with builders.acting_as(officer):
		assert not frappe.has_permission("Recipient", "read", doc=people[0])
	answer = household_actions.merge(other.name, household.name, {}, "合户", today())
	places = frappe.get_all("Recipient", {"name": ["in", people]}, ["division", "township"])
	assert {(one.division, one.township) for one in places} == {(household.division, household.township)}
	with builders.acting_as(officer):
		assert frappe.has_permission("Recipient", "read", doc=people[0])
	take_back(answer["change"], "办错了")
	kept = frappe.get_all("Recipient", {"name": ["in", people]}, pluck="division")
	assert kept == [builders.VILLAGE_B, builders.VILLAGE_B]


def test_whoever_joins_from_another_village_is_kept_where_the_household_is_and_goes_back(household, officer):
	person = builders.make_person(
		f"来{builders.digits()}", born="2020-03-04", division=builders.OTHER_VILLAGE_A
	)
	with builders.acting_as(officer):
		answer = household_actions.add_member(household.name, person.name, "20", today(), reason="投靠")
	assert frappe.db.get_value("Recipient", person.name, "division") == household.division
	take_back(answer["change"], "办错了")
	assert frappe.db.get_value("Recipient", person.name, "division") == builders.OTHER_VILLAGE_A


def test_what_was_built_on_since_is_not_taken_back(household, newcomer):
	change = household_actions.add_member(household.name, newcomer, "20", ago(20))["change"]
	household_actions.remove_member(household.name, newcomer, ago(5), "Other", "离开")
	with pytest.raises(BuiltOn):
		take_back(change, "办错了")
	assert newcomer in members(household.name, ago(10)) and status(change) == "In Effect"


def test_whoever_reported_what_another_confirmed_does_not_take_it_back(
	household, newcomer, officer, reviewer
):
	builders.grant_benefit(household)
	with builders.acting_as(officer):
		change = household_actions.add_member(household.name, newcomer, "20")["change"]
	with builders.acting_as(reviewer):
		accept(change)
	with builders.acting_as(officer), pytest.raises(ReviewByAnother):
		take_back(change, "改主意了")
	with builders.acting_as(reviewer):
		take_back(change, "登错人")
	assert newcomer not in members(household.name)
	assert {row.status for row in frappe.get_all(PROPOSAL, {"reference_name": change}, "status")} == {
		"Withdrawn"
	}


# --- at the same moment -------------------------------------------------------------------------------------------
def test_a_person_is_not_asked_into_two_households_at_once(site, newcomer):
	homes = [builders.make_household(members=1, name=f"同{builders.digits()}").name for _number in range(2)]
	outcomes = at_once(
		*[lambda home=home: household_actions.add_member(home, newcomer, "20") for home in homes]
	)
	assert len(refused(outcomes)) == 1
	assert len(registry.households_of(newcomer, getdate(today()))) == 1


@pytest.mark.parametrize("role", ["Safety Officer", "Petition Handler", "Archivist"])
def test_the_page_opens_for_who_reads_the_household_alone(site, role):
	household = builders.make_household(builders.VILLAGE_A, 1)
	builders.grant_benefit(household)
	with builders.acting_as(builders.make_user(role)):
		told = registry.summary(household.name)
		household_page.overview(household.name)
		assert bool(told["entitlements"]) == bool(frappe.has_permission("Entitlement"))
