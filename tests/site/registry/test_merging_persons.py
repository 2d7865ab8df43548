"""A person registered twice: found, judged, merged by two people with every reference, undone row by row."""

import frappe
import pytest
from frappe.custom.doctype.custom_field.custom_field import create_custom_field
from frappe.utils import add_months, today

from socaid_app.casework import duties, waiting
from socaid_app.means_testing import reassessment
from socaid_app.permissions import sensitive
from socaid_app.socaid_app import (
	duplicate_search,
	duplicate_steps,
	entitlements,
	merged_persons,
	person_merge,
	person_references,
	registry,
	search,
)
from tests import builders
from tests.builders import merging
from tests.builders.parallel import at_once, refused

PERSON = "Recipient"


@pytest.fixture
def team(site):
	return merging.merging_team()


@pytest.fixture
def two(team):
	return merging.registered_twice()


# --- by two people ------------------------------------------------------------------------------------------------
def test_one_proposes_and_another_approves(team, two):
	stays, given_up = two
	pair = merging.propose(merging.candidate(stays, given_up, team.clerk), stays, team.clerk)
	assert (pair.status, pair.survivor) == ("Merge Proposed", stays.name)
	with builders.acting_as(team.clerk), pytest.raises(duties.NotYourDuty):
		duplicate_steps.approve(pair.name)
	assert merging.approve(pair, team.approver).status == "Merged"
	given_up.reload()
	assert (given_up.status, given_up.merged_into) == ("Merged", stays.name)


def test_who_proposed_does_not_approve_whatever_else_they_may(team, two):
	stays, given_up = two
	both = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	frappe.get_doc("User", both).add_roles("Township Approver")
	pair = merging.propose(merging.candidate(stays, given_up), stays, both)
	with pytest.raises(duties.NotYourDuty, match="does not approve|不能批准"):
		merging.approve(pair, both)


def test_a_township_does_not_merge_with_a_person_of_another(team):
	stays = builders.make_person("测试重复")
	elsewhere = builders.make_person("测试重复", builders.VILLAGE_B)
	pair = merging.candidate(stays, elsewhere)
	assert not pair.township
	with builders.acting_as(team.clerk):
		assert not frappe.has_permission(pair.doctype, "read", doc=pair.name)
		assert not frappe.get_list(pair.doctype, filters={"name": pair.name})
	with builders.acting_as(team.clerk), pytest.raises(frappe.PermissionError):
		merging.candidate(builders.make_person("测试另一"), elsewhere, team.clerk)


def test_the_same_pair_is_one_record_however_it_is_entered(two):
	stays, given_up = two
	merging.candidate(stays, given_up)
	with pytest.raises(duplicate_steps.DuplicateInvalid):
		merging.candidate(given_up, stays)


# --- every reference ----------------------------------------------------------------------------------------------
def a_row_in_every_column(person: str) -> dict[tuple[str, str], str]:
	"""A bare row that names ``person`` in each column, of any DocType, that can name one; found by walking the DocTypes."""
	found = {}
	for doctype in frappe.get_all("DocType", filters={"issingle": 0, "is_virtual": 0}, pluck="name"):
		for df in frappe.get_meta(doctype).fields:
			link = df.fieldtype == "Link" and df.options == PERSON
			# one row for each person, which has its own rule: the numbers
			if not (link or df.fieldtype == "Dynamic Link") or doctype == "Recipient Identity":
				continue
			name = frappe.generate_hash(length=12)
			row = {"name": name, "creation": today(), "modified": today(), df.fieldname: person}
			if not link:
				row[df.options] = PERSON
			frappe.db.bulk_insert(doctype, list(row), [tuple(row.values())])
			found[doctype, df.fieldname] = name
	# an open change of a benefit stands against a merge
	frappe.db.set_value(
		"Benefit Adjustment", {"name": ["in", list(found.values())]}, "status", "Notice Delivered"
	)
	return found


@pytest.fixture
def field_of_the_county(site):
	"""A column that an administrator adds is there at once and for all: a change of a table is no part of a transaction."""
	create_custom_field(
		"Home Visit",
		{"fieldname": "county_witness", "label": "County Witness", "fieldtype": "Link", "options": PERSON},
	)
	frappe.db.commit()
	yield
	frappe.db.rollback()
	frappe.delete_doc("Custom Field", "Home Visit-county_witness", force=True)
	frappe.db.commit()
	frappe.clear_cache(doctype="Home Visit")


def test_every_column_of_every_doctype_that_can_name_a_person_is_moved(field_of_the_county, team, two):
	stays, given_up = two
	rows = a_row_in_every_column(given_up.name)
	assert ("Home Visit", "county_witness") in rows and len(rows) > 40
	person_merge.merge(merging.candidate(stays, given_up).name, given_up.name, stays.name)
	left = {
		column
		for column, name in rows.items()
		if column[0] not in person_references.STAYS
		and frappe.db.get_value(column[0], name, column[1]) != stays.name
	}
	# which record a merged one points to is its own
	assert left <= {(PERSON, "merged_into")}


def test_what_is_no_link_follows_as_well(team, two):
	stays, given_up = two
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": "证明.txt",
			"content": "派出所证明",
			"attached_to_doctype": PERSON,
			"attached_to_name": given_up.name,
			"is_private": 1,
		}
	).insert()
	comment = given_up.add_comment("Comment", "两次登记")
	merging.merged(stays, given_up, team)
	assert frappe.db.get_value("File", file.name, "attached_to_name") == stays.name
	assert frappe.db.get_value("Comment", comment.name, "reference_name") == stays.name


def test_household_benefit_and_name_follow(team):
	household = builders.make_household()
	benefit = builders.grant_benefit(household)
	given_up = frappe.get_doc(PERSON, household.head)
	stays = builders.make_person("另名")
	merging.merged(stays, given_up, team)
	household.reload()
	assert household.head == stays.name and household.head_name == "另名"
	assert household.present_member(stays.name).member_name == "另名"
	assert [row.entitlement for row in entitlements.active(stays.name)] == [benefit.name]
	assert not entitlements.active(given_up.name)
	# the household can be saved as before
	household.remarks = "核对后"
	household.save()


def test_both_numbers_find_the_person_and_stay_taken(team, two):
	stays, given_up = two
	numbers = [sensitive.full_value(one.name, "id_number") for one in two]
	merging.merged(stays, given_up, team)
	assert [sensitive.find_by_id_number(number) for number in numbers] == [stays.name, stays.name]
	with pytest.raises(frappe.DuplicateEntryError):
		frappe.get_doc(
			{"doctype": PERSON, "full_name": "第三次", "id_number": numbers[1], "division": stays.division}
		).insert()


def test_empty_facts_are_filled_in_and_others_stay(team):
	stays = builders.make_person("测试重复", health="Healthy")
	given_up = builders.make_person(
		"测试重复", health="Serious Illness", phone="13712345678", employment="Farming"
	)
	merging.merged(stays, given_up, team)
	stays.reload()
	assert (stays.health, stays.employment) == ("Healthy", "Farming")
	assert sensitive.full_value(stays.name, "phone") == "13712345678"
	assert sensitive.find_by_phone("13712345678") == [stays.name]


# --- the record that was given up ---------------------------------------------------------------------------------
def test_it_is_closed_and_found_nowhere_as_somebody_to_choose(team, two):
	stays, given_up = two
	merging.merged(stays, given_up, team)
	given_up.reload()
	given_up.full_name = "改名"
	with pytest.raises(frappe.ValidationError):
		given_up.save()
	found = {row[0] for row in search.person_query(PERSON, "测试重复", "name", 0, 100)}
	assert stays.name in found and given_up.name not in found


def test_nothing_new_is_written_about_it(team, two):
	stays, given_up = two
	merging.merged(stays, given_up, team)
	with pytest.raises(merged_persons.PersonWasMerged):
		registry.enter_household(
			{
				"head": given_up.name,
				"division": given_up.division,
				"members": [{"recipient": given_up.name, "kinship": "02"}],
			}
		)


def test_what_was_being_written_meanwhile_follows_at_night(team, two):
	stays, given_up = two
	merging.merged(stays, given_up, team)
	# what other tests have left
	person_merge.move_stragglers()
	event = frappe.generate_hash(length=10)
	frappe.db.bulk_insert("Household Event", ["name", "recipient"], [(event, given_up.name)])
	assert person_merge.move_stragglers() == 1
	assert frappe.db.get_value("Household Event", event, "recipient") == stays.name
	assert person_merge.move_stragglers() == 0


def test_a_frozen_case_is_read_with_the_person_who_stands(team, two):
	stays, given_up = two
	case = {"members": [{"id": given_up.name}], "income": [{"member": given_up.name, "annual": 100}]}
	merging.merged(stays, given_up, team)
	read = reassessment.standing_case(case)
	assert read["members"][0]["id"] == read["income"][0]["member"] == stays.name
	assert case["members"][0]["id"] == given_up.name


# --- what the law forbids -----------------------------------------------------------------------------------------
def test_two_benefits_of_one_person_are_ended_first(team):
	first, second = builders.make_household(name="测试一"), builders.make_household(name="测试二")
	for household in (first, second):
		builders.grant_benefit(household)
	forbidden = person_merge.what_forbids(second.head, first.head)
	assert any("15" in sentence for sentence in forbidden)
	pair = merging.candidate(*(frappe.get_doc(PERSON, one.head) for one in (first, second)))
	with pytest.raises(person_merge.MergeRefused):
		merging.propose(pair, frappe.get_doc(PERSON, first.head), team.clerk)


def test_nobody_is_merged_into_two_households(team):
	first, second = builders.make_household(name="测试一"), builders.make_household(name="测试二")
	assert person_merge.what_forbids(second.head, first.head)


def test_one_who_is_listed_twice_in_a_household_is_listed_once_afterwards(team):
	household = builders.make_household(members=3)
	child = household.members[2].recipient
	again = builders.make_person("测试户丙", born="1986-04-05")
	registry.add_member(household.name, again.name, "20")
	merging.merged(frappe.get_doc(PERSON, child), again, team)
	household.reload()
	assert [row.recipient for row in household.present_members()].count(child) == 1
	assert household.member_count == 3
	household.save()


def test_a_death_is_on_both_records_or_on_none(team, two):
	stays, given_up = two
	given_up.deceased_on = today()
	given_up.save()
	assert person_merge.what_forbids(given_up.name, stays.name)


def test_the_one_with_a_resident_id_stays(team):
	stays = builders.make_person("测试重复")
	other = frappe.get_doc(
		{
			"doctype": PERSON,
			"full_name": "测试重复",
			"division": stays.division,
			"document_kind": "None",
			"no_document_reason": "Birth Not Registered",
			"sex": "Male",
		}
	).insert()
	assert person_merge.what_forbids(stays.name, other.name)
	assert not person_merge.what_forbids(other.name, stays.name)


# --- what says for ever what it said ------------------------------------------------------------------------------
def test_a_released_payment_list_and_a_delivered_letter_keep_the_name(team, two):
	stays, given_up = two
	stamp = ("creation", "modified")
	lists = {"Released": frappe.generate_hash(length=8), "Drafted": frappe.generate_hash(length=8)}
	for state, name in lists.items():
		frappe.db.bulk_insert("Payment List", ["name", *stamp, "status"], [(name, today(), today(), state)])
		frappe.db.bulk_insert(
			"Payment Line",
			["name", *stamp, "payment_list", "recipient", "payee"],
			[(f"{name}-1", today(), today(), name, given_up.name, given_up.name)],
		)
	letters = {"Delivered": frappe.generate_hash(length=8), "To Deliver": frappe.generate_hash(length=8)}
	for state, name in letters.items():
		frappe.db.bulk_insert(
			"Document Delivery",
			["name", *stamp, "status", "recipient", "recipient_name"],
			[(name, today(), today(), state, given_up.name, "旧名")],
		)
	merging.merged(stays, given_up, team)
	lines = [
		frappe.db.get_value("Payment Line", f"{lists[state]}-1", "recipient")
		for state in ("Released", "Drafted")
	]
	told = [
		frappe.db.get_value("Document Delivery", letters[state], "recipient")
		for state in ("Delivered", "To Deliver")
	]
	assert lines == told == [given_up.name, stays.name]


# --- undone -------------------------------------------------------------------------------------------------------
def snapshot(*persons: str) -> dict:
	"""Everything that names either person, and their own records, without the times of change."""
	found = {}
	for column in person_references.columns():
		if column.doctype in ("Comment",):
			continue
		for person in persons:
			found[column, person] = column.rows(person)
	for person in persons:
		facts = frappe.db.get_value(PERSON, person, ["status", "merged_into", "employment", "phone"])
		full = frappe.db.get_value(sensitive.VAULT, person, ["id_number", "phone"])
		found[person] = [value or None for value in (*facts, *full)]
	return found


def test_an_undone_merge_leaves_everything_as_before(team):
	household = builders.make_household()
	builders.grant_benefit(household)
	given_up = frappe.get_doc(PERSON, household.head)
	given_up.update({"employment": "Farming", "phone": "13712345678"})
	given_up.save()
	stays = builders.make_person("另名")
	before = snapshot(stays.name, given_up.name)
	pair = merging.merged(stays, given_up, team)
	assert snapshot(stays.name, given_up.name) != before
	pair = merging.undo(pair, team.approver)
	assert snapshot(stays.name, given_up.name) == before
	assert pair.status == "To Look At" and not pair.survivor
	household.reload()
	assert (household.head, household.head_name) == (given_up.name, given_up.full_name)
	household.save()


def test_what_was_changed_since_stays_and_is_named(team):
	household = builders.make_household()
	given_up = frappe.get_doc(PERSON, household.members[1].recipient)
	stays = builders.make_person("另名", male=False)
	pair = merging.merged(stays, given_up, team)
	row = frappe.db.get_value("Household Event", {"recipient": stays.name}) or None
	member = frappe.db.get_value("Household Member", {"recipient": stays.name, "parent": household.name})
	third = builders.make_person("第三人", male=False)
	frappe.db.set_value("Household Member", member, "recipient", third.name)
	pair = merging.undo(pair, team.approver)
	assert member in pair.undo_note
	assert frappe.db.get_value("Household Member", member, "recipient") == third.name
	assert row is None or frappe.db.get_value("Household Event", row, "recipient") == given_up.name


def test_a_merge_is_undone_after_the_one_that_came_later(team, two):
	stays, given_up = two
	pair = merging.merged(stays, given_up, team)
	third = builders.make_person("测试重复")
	later = merging.merged(third, stays, team)
	assert merged_persons.standing([given_up.name]) == {given_up.name: third.name}
	with pytest.raises(frappe.ValidationError):
		merging.undo(pair, team.approver)
	merging.undo(later, team.approver)
	merging.undo(pair, team.approver)
	assert not merged_persons.standing([given_up.name])


def test_support_that_goes_on_under_another_number_is_taken_back_first(team):
	household = builders.make_household()
	old = builders.grant_benefit(household)
	pair = merging.merged(builders.make_person("另名"), frappe.get_doc(PERSON, household.head), team)
	household.reload()
	builders.grant_benefit(household, amount=600, start=add_months(today(), 1), previous_entitlement=old.name)
	with pytest.raises(frappe.ValidationError, match=old.name):
		merging.undo(pair, team.approver)


# --- two at once --------------------------------------------------------------------------------------------------
def test_two_merges_with_one_person_at_once_do_not_both_go_through(team):
	first, second, third = (builders.make_person("测试并发") for _number in range(3))
	pairs = [
		merging.propose(merging.candidate(first, second), first, team.clerk),
		merging.propose(merging.candidate(second, third), third, team.clerk),
	]
	outcomes = at_once(
		*(lambda name=pair.name: duplicate_steps.approve(name) for pair in pairs), user=team.approver
	)
	assert len(refused(outcomes)) == 1
	assert refused(outcomes)[0] in (waiting.ChangedMeanwhile, frappe.QueryDeadlockError)


def test_a_merge_and_a_new_household_at_once_wait_for_each_other(team):
	stays, given_up = merging.registered_twice("测试同时")
	pair = merging.propose(merging.candidate(stays, given_up), stays, team.clerk)

	def approve():
		frappe.set_user(team.approver)
		return duplicate_steps.approve(pair.name)

	def enter():
		return registry.enter_household(
			{
				"head": given_up.name,
				"division": given_up.division,
				"members": [{"recipient": given_up.name, "kinship": "02"}],
			}
		).name

	outcomes = at_once(approve, enter)
	assert len(refused(outcomes)) == 1
	person_merge.move_stragglers()
	assert not frappe.db.exists("Recipient Household", {"head": given_up.name}) or not frappe.db.get_value(
		PERSON, given_up.name, "merged_into"
	)


# --- found by the registry ----------------------------------------------------------------------------------------
def test_exact_rules_find_without_any_library(two, monkeypatch):
	stays, given_up = two
	monkeypatch.setattr(
		duplicate_search, "_similar", lambda persons: duplicate_search.library("none", "linkage", "查重")
	)
	outcome = duplicate_search.search()
	assert "socaid_app[linkage]" in outcome["lacking"]
	pair = frappe.get_doc("Duplicate Candidate", {"pair": f"{stays.name}|{given_up.name}"})
	assert pair.found_by == "Same Name, Birth Date and Place" and pair.status == "To Look At"


def test_similarity_finds_another_way_of_writing_the_name(team):
	pytest.importorskip("splink")
	one = builders.make_person("欧阳晓昇", born="1971-03-09")
	other = builders.make_person("欧阳晓升", born="1971-03-09")
	duplicate_search.search()
	pair = frappe.get_doc("Duplicate Candidate", {"pair": f"{one.name}|{other.name}"})
	assert pair.found_by == "Similarity" and pair.score > 2
	assert abs(sum(part["weight"] for part in frappe.parse_json(pair.parts)) - pair.score) < 0.1
	seen = duplicate_steps.side_by_side(pair.name)
	assert {row["label"]: row["same"] for row in seen["facts"]}


def test_a_pair_that_was_judged_different_stays_so_when_it_is_found_again(team, two):
	stays, given_up = two
	duplicate_search.search()
	name = frappe.db.get_value("Duplicate Candidate", {"pair": f"{stays.name}|{given_up.name}"})
	with builders.acting_as(team.clerk):
		duplicate_steps.judge_different(name, reason="同名同日生，两人都到场")
	again = duplicate_search.search()
	assert again["new"] == 0
	assert frappe.db.get_value("Duplicate Candidate", name, "status") == "Different Persons"


def test_only_the_county_looks_through_the_whole_registry(team):
	with builders.acting_as(team.clerk), pytest.raises(frappe.PermissionError):
		duplicate_search.find_duplicates()


def test_side_by_side_shows_what_refers_to_each_as_far_as_one_may_see_it(team):
	household = builders.make_household()
	benefit = builders.grant_benefit(household)
	other = builders.make_person("测试户甲", born="1960-04-05")
	pair = merging.candidate(frappe.get_doc(PERSON, household.head), other)
	with builders.acting_as(team.clerk):
		seen = duplicate_steps.side_by_side(pair.name)
	# the head of the household may stay, hence nothing stands against a merge
	assert seen["forbids"] == []
	place = [pair.person, pair.other].index(household.head)
	named = {row["doctype"]: row["records"][place]["names"] for row in seen["references"]}
	assert named["Recipient Household"] == [household.name] and named["Entitlement"] == [benefit.name]
	assert "Petition" not in named
