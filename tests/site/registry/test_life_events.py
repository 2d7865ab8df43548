"""One event, one result: whichever door it is reported at, the person, the household and the benefit end up the same."""

from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
import pytest
from frappe.utils import add_days, add_months, flt, get_first_day, getdate, today

from socaid_app.policy import terms
from socaid_app.policy.clock import next_month
from socaid_app.policy.whereabouts import FACTS
from socaid_app.public_disclosure import content
from socaid_app.socaid_app import entitlements, life_events, registry
from socaid_app.socaid_app.doctype.circumstance_change.circumstance_change import accept, refuse
from socaid_app.socaid_app.doctype.recipient.recipient import RecordedEvent
from socaid_app.socaid_app.doctype.recipient_household.recipient_household import WrongHousehold
from socaid_app.socaid_app.life_events import OneFact
from socaid_app.socaid_app.report.monthly_roll import monthly_roll
from tests import builders
from tests.builders.parallel import at_once

# the county's month; asked before there is a site
ON = datetime.now(ZoneInfo("Asia/Shanghai")).date().replace(day=1).isoformat()
CHANGE, PROPOSAL = "Circumstance Change", "Household Reassessment"


@pytest.fixture
def officer(site):
	return builders.make_user("Township Officer", builders.TOWNSHIP_A)


@pytest.fixture
def reviewer(site):
	return builders.make_user("Township Approver", builders.TOWNSHIP_A)


@pytest.fixture
def family(site, officer):
	"""Four persons in benefit: the family whose 946.67 yuan stayed what they were."""
	household = builders.make_household(members=4, name=f"事{builders.digits()}")
	for row in household.members:
		frappe.db.set_value("Household Member", row.name, "joined_on", "2020-01-01")
	household.reload()
	benefit = builders.grant_benefit(household, amount=946.67, start=add_months(ON, -6))
	case = {
		"category": "农村低保",
		"scheme": "Dibao",
		"area": "Rural",
		"division": builders.VILLAGE_A,
		"applied_on": str(add_months(ON, -8)),
		"accepted_on": str(add_months(ON, -8)),
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
	benefit.db_set("basis_snapshot", frappe.as_json({"case": case}))
	return frappe._dict(household=household, benefit=benefit, person=household.members[1].recipient)


# --- the doors ----------------------------------------------------------------------------------------------
def at_the_person(family, event, people):
	life_events.report(family.person, event, ON)


def in_a_field_of_the_person(family, event, people):
	person = frappe.get_doc("Recipient", family.person)
	if event == terms.DEATH:
		person.deceased_on = ON
	else:
		person.append("absences", {"reason": event, "absent_from": ON})
	person.save()


def as_a_member_leaving(family, event, people):
	registry.remove_member(family.household.name, family.person, ON, event)


def in_a_row_of_the_household(family, event, people):
	household = frappe.get_doc("Recipient Household", family.household.name)
	household.members[1].update({"left_on": ON, "leave_reason": event})
	household.save()


def as_a_change_that_is_accepted(family, event, people):
	change = frappe.get_doc(
		{
			"doctype": CHANGE,
			"household": family.household.name,
			"recipient": family.person,
			"kind": "Death" if event == terms.DEATH else "Population Change",
			"event": event,
			"found_by": "Reported by Household",
			"happened_on": ON,
			"state_after": "报告",
		}
	).insert()
	with builders.acting_as(people.reviewer):
		accept(change.name)


def by_an_import(family, event, people):
	"""What Frappe's Data Import does with an update: the columns of the file, set and saved."""
	from frappe.core.doctype.data_import.importer import Importer

	importer = Importer.__new__(Importer)
	importer.doctype, importer.import_type = "Recipient", "Update Existing Records"
	importer.data_import = frappe._dict(submit_after_import=0)
	values = (
		{"deceased_on": ON}
		if event == terms.DEATH
		else {"absences": [{"doctype": "Person Absence", "reason": event, "absent_from": ON}]}
	)
	importer.update_record(frappe._dict(name=family.person, doctype="Recipient", **values))


DOORS = (
	at_the_person,
	in_a_field_of_the_person,
	as_a_member_leaving,
	in_a_row_of_the_household,
	as_a_change_that_is_accepted,
	by_an_import,
)


def result(family) -> dict:
	"""What an event leaves behind, without the names of records."""
	household = frappe.get_doc("Recipient Household", family.household.name)
	person = frappe.get_doc("Recipient", family.person)
	row = household.members[1]
	changes = frappe.get_all(
		CHANGE,
		filters={"recipient": family.person},
		fields=["name", "household", "kind", "event", "happened_on", "due_on"],
	)
	standing = [frappe.get_doc("Entitlement", name) for name in entitlements.of_household(household.name)]
	return {
		"left": (getdate(row.left_on), row.leave_reason, household.member_count),
		"person": (person.status, person.marital or "", person.deceased_on and getdate(person.deceased_on)),
		"absences": [(each.reason, getdate(each.absent_from), each.absent_until) for each in person.absences],
		"changes": [
			(each.household, each.kind, each.event, each.happened_on, each.due_on) for each in changes
		],
		"proposals": frappe.get_all(
			PROPOSAL,
			filters={"household": household.name, "status": "Proposed"},
			fields=["proposal", "amount_after", "reference_doctype", "incomplete"],
		),
		"review": getdate(household.next_review_on),
		"standing": sorted((str(each.start_month), each.amount, len(each.shares)) for each in standing),
		"told": frappe.db.count(
			"Notification Log",
			{"document_type": CHANGE, "document_name": ["in", [each.name for each in changes]]},
		)
		> 0,
		"history": frappe.db.count(
			"Household Event", {"household": household.name, "event": "Member Left", "recipient": person.name}
		),
	}


@pytest.mark.parametrize("event", terms.LIFE_EVENTS)
def test_every_door_leads_to_the_same_result(site, officer, reviewer, family, event):
	found = {}
	for door in DOORS:
		frappe.db.savepoint("door")
		door(family, event, frappe._dict(reviewer=reviewer))
		found[door.__name__] = result(family)
		frappe.db.rollback(save_point="door")
		frappe.clear_document_cache("Recipient", family.person)
	wanted = found["at_the_person"]
	for door, each in found.items():
		assert each == wanted, door
	assert wanted["left"] == (getdate(ON), event, 3)
	assert len(wanted["changes"]) == 1 and len(wanted["proposals"]) == 1
	assert wanted["told"] and wanted["history"] == 1
	assert wanted["review"] <= getdate(add_months(ON, 3))


@pytest.mark.parametrize("first", DOORS)
@pytest.mark.parametrize("second", DOORS[:3])
def test_the_same_death_at_two_doors_is_one_death(site, reviewer, family, first, second):
	people = frappe._dict(reviewer=reviewer)
	first(family, terms.DEATH, people)
	once = result(family)
	told = frappe.db.count("Notification Log", {"document_type": CHANGE})
	try:
		second(family, terms.DEATH, people)
	except registry.NotAMember:
		assert second is as_a_member_leaving, "who has left already cannot leave again"
	assert result(family) == once
	assert frappe.db.count("Notification Log", {"document_type": CHANGE}) == told


def test_another_day_for_the_same_death_is_refused(site, family):
	life_events.report(family.person, terms.DEATH, ON)
	with pytest.raises(OneFact):
		life_events.report(family.person, terms.DEATH, str(add_days(ON, -1)))


def test_a_dead_person_does_not_move_out(site, family):
	frappe.db.set_value("Recipient", family.person, "deceased_on", ON)
	with pytest.raises(OneFact):
		registry.remove_member(family.household.name, family.person, today(), "Moved Out")


# --- benefits -------------------------------------------------------------------------------------------------
def rolls(family) -> list[tuple]:
	"""What the rolls of this and the next month say of the family."""
	filters = frappe._dict(detail=1)
	return [
		[
			(row[5], flt(row[6]))
			for row in monthly_roll.detail(month, filters)
			if row[0] in {family.benefit.name, *_successors(family.benefit.name)}
		]
		for month in (getdate(ON), next_month(getdate(ON)))
	]


def _successors(name: str) -> list[str]:
	return frappe.get_all("Entitlement", filters={"previous_entitlement": name}, pluck="name")


@pytest.mark.parametrize("door", DOORS)
def test_the_family_of_four_does_not_keep_what_it_had(site, reviewer, family, door):
	door(family, terms.DEATH, frappe._dict(reviewer=reviewer))
	share = flt(946.67 / 4, 2)
	assert rolls(family) == [[(4, 946.67)], [(3, flt(946.67 - share, 2))]]
	stated = frappe.db.get_value("Recipient Household", family.household.name, "current_amount")
	assert stated == 946.67, "of this month, and not the next one's on top"
	after = frappe.get_doc("Entitlement", _successors(family.benefit.name)[0])
	assert family.person not in {row.recipient for row in after.shares}
	proposal = frappe.get_last_doc(PROPOSAL)
	# 3 × 470 − 933.33
	assert (proposal.entitlement, proposal.proposal, proposal.amount_after) == (after.name, "Reduce", 476.67)


def alone(site, category="农村低保", amount=470, start=None):
	household = builders.make_household(members=1, name=f"独{builders.digits()}")
	benefit = builders.grant_benefit(household, category, amount, start=start or add_months(ON, -6))
	return frappe._dict(household=household, benefit=benefit, person=household.head)


def posted(benefit) -> set[str]:
	"""The entitlements that the roll of the next month would name."""
	gathered = content.rolls_of(next_month(getdate(ON)), None, getdate(today()))
	return {row["source_name"] for one in gathered.values() for row in one.rows} & {benefit.name}


@pytest.mark.parametrize("category, amount", [("农村低保", 470), ("特困-分散", 611)])
def test_what_one_person_receives_ends_with_the_month_of_the_death(site, category, amount):
	single = alone(site, category, amount)
	assert posted(single.benefit)
	life_events.report(single.person, terms.DEATH, ON)
	single.benefit.reload()
	assert getdate(single.benefit.end_month) == getdate(ON)
	assert single.person in single.benefit.end_reason and "社会救助法" in single.benefit.end_reason
	assert not posted(single.benefit) and not frappe.get_all(PROPOSAL, {"entitlement": single.benefit.name})
	assert registry.residents_of(single.household.name) == set()


def test_a_death_entered_late_ends_the_benefit_with_its_own_month_and_says_what_was_paid(site):
	single = alone(site)
	died = add_months(getdate(ON), -2)
	life_events.report(single.person, terms.DEATH, str(died))
	single.benefit.reload()
	assert (getdate(single.benefit.end_month), single.benefit.status) == (get_first_day(died), "Ended")
	assert "已列2个月" in frappe.get_last_doc(CHANGE).state_after


def test_the_end_of_support_for_the_destitute_by_death_is_put_up(site):
	single = alone(site, "特困-分散", 611)
	life_events.report(single.person, terms.DEATH, ON)
	notice = frappe.get_doc("Publicity Notice", {"entitlement": single.benefit.name})
	assert (notice.kind, notice.status) == ("Termination", "Draft")
	assert content.gather(notice, getdate(today())).rows[0]["ground"] == "去世"


def test_what_was_granted_from_next_month_never_begins(site):
	single = alone(site, start=add_months(ON, 1))
	life_events.report(single.person, terms.DEATH, ON)
	single.benefit.reload()
	assert (single.benefit.docstatus, single.benefit.status) == (2, "Cancelled")
	assert not frappe.db.get_value("Recipient Household", single.household.name, "current_benefit")


def test_nobody_dead_is_paid_or_joins(site, family):
	family.household.payee = family.person
	family.household.save()
	life_events.report(family.person, terms.DEATH, ON)
	household = frappe.get_doc("Recipient Household", family.household.name)
	assert not household.payee
	with pytest.raises(WrongHousehold):
		registry.add_member(household.name, family.person, "12")
	household.payee = family.person
	with pytest.raises(WrongHousehold):
		household.save()


def test_the_head_may_die_and_the_family_says_later_who_follows(site, family):
	life_events.report(family.household.head, terms.DEATH, ON)
	household = frappe.get_doc("Recipient Household", family.household.name)
	assert household.member_count == 3 and household.members[0].leave_reason == "Death"
	after = frappe.get_doc("Entitlement", _successors(family.benefit.name)[0])
	assert after.recipient == family.person, "the next of those who have a share"
	household.save()
	registry.change_head(household.name, family.person, reason="户主去世")
	assert frappe.db.get_value("Recipient Household", household.name, "head") == family.person


# --- the review opens always ----------------------------------------------------------------------------------
def test_a_death_is_reviewed_without_a_household(site):
	person = builders.make_person(f"独{builders.digits()}")
	life_events.report(person.name, terms.DEATH, ON)
	change = frappe.get_doc(CHANGE, {"recipient": person.name})
	assert not change.household and change.division == builders.VILLAGE_A
	assert getdate(change.due_on) == getdate(add_months(ON, 3))


def test_a_death_before_the_household_was_entered_is_reviewed(site):
	household = builders.make_household(name=f"迟{builders.digits()}")
	died = add_days(today(), -40)
	life_events.report(household.members[1].recipient, terms.DEATH, died)
	change = frappe.get_doc(CHANGE, {"recipient": household.members[1].recipient})
	assert (change.household, str(change.happened_on)) == (household.name, died)
	household.reload()
	assert str(household.members[1].left_on) == str(household.members[1].joined_on)


def test_a_person_entered_as_dead_is_reviewed(site):
	person = builders.make_person(f"亡{builders.digits()}", deceased_on="2015-03-04")
	assert frappe.db.exists(CHANGE, {"recipient": person.name, "kind": "Death"})


# --- in error -------------------------------------------------------------------------------------------------
def test_a_recorded_event_is_not_rubbed_out_of_a_form(site, family):
	life_events.report(family.person, terms.DEATH, ON)
	person = frappe.get_doc("Recipient", family.person)
	person.deceased_on = None
	with pytest.raises(RecordedEvent):
		person.save()
	household = frappe.get_doc("Recipient Household", family.household.name)
	household.members[1].update({"left_on": None, "leave_reason": None})
	with pytest.raises(WrongHousehold):
		household.save()


@pytest.mark.parametrize("event", terms.LIFE_EVENTS)
def test_an_event_recorded_in_error_is_taken_back_with_its_reason(site, family, event):
	before = rolls(family)
	life_events.report(family.person, event, ON)
	with pytest.raises(registry.ReasonRequired):
		life_events.correct(family.person, event, " ")
	life_events.correct(family.person, event, "同名误登")
	person = frappe.get_doc("Recipient", family.person)
	assert (person.status, person.deceased_on, person.absences) == ("Active", None, [])
	household = frappe.get_doc("Recipient Household", family.household.name)
	assert (household.members[1].left_on, household.member_count) == (None, 4)
	assert rolls(family) == before
	change = frappe.get_doc(CHANGE, {"recipient": family.person})
	assert change.status == "Corrected" and "同名误登" in change.review_note
	assert {row.status for row in frappe.get_all(PROPOSAL, {"reference_name": change.name}, "status")} == {
		"Withdrawn"
	}
	history = frappe.get_last_doc(
		"Household Event", {"household": household.name, "event": "Member Restored"}
	)
	assert "同名误登" in history.reason


def test_the_second_person_who_refuses_a_death_takes_it_back(site, family, reviewer):
	life_events.report(family.person, terms.DEATH, ON)
	change = frappe.get_last_doc(CHANGE)
	with builders.acting_as(reviewer):
		refuse(change.name, "本人健在")
	assert frappe.db.get_value(CHANGE, change.name, "status") == "Rejected"
	assert not frappe.db.get_value("Recipient", family.person, "deceased_on")
	assert rolls(family) == [[(4, 946.67)], [(4, 946.67)]]


def test_a_wrong_day_is_corrected_everywhere(site, family):
	life_events.report(family.person, terms.DEATH, ON)
	right = add_days(getdate(ON), -40)
	life_events.correct(family.person, terms.DEATH, "日期登错", str(right))
	household = frappe.get_doc("Recipient Household", family.household.name)
	assert getdate(household.members[1].left_on) == right
	family.benefit.reload()
	assert getdate(family.benefit.end_month) == get_first_day(right)
	statuses = frappe.get_all(CHANGE, {"recipient": family.person}, pluck="status", order_by="creation")
	assert statuses == ["Corrected", "To Review"]


def test_months_withheld_from_the_living_are_named_when_the_error_is_found_late(site, family):
	life_events.report(family.person, terms.DEATH, str(add_days(getdate(ON), -40)))
	life_events.correct(family.person, terms.DEATH, "本人健在")
	assert "应当补发" in frappe.get_doc(CHANGE, {"recipient": family.person}).review_note
	assert rolls(family)[1] == [] or rolls(family)[1][0][0] == 4
	standing = [
		frappe.get_doc("Entitlement", name) for name in entitlements.of_household(family.household.name)
	]
	coming = [row for row in standing if getdate(row.start_month) > getdate(today())]
	assert [(row.amount, len(row.shares)) for row in coming] == [(946.67, 4)]


# --- back again -----------------------------------------------------------------------------------------------
def test_whoever_joins_a_household_again_is_back(site, family):
	life_events.report(family.person, terms.MOVED_OUT, ON)
	assert frappe.db.get_value("Recipient", family.person, "status") == "Moved Away"
	registry.add_member(family.household.name, family.person, "12")
	person = frappe.get_doc("Recipient", family.person)
	assert person.status == "Active" and getdate(person.absences[0].absent_until) == getdate(today())


def test_a_member_said_to_be_in_prison_has_left(site, family):
	household = frappe.get_doc("Recipient Household", family.household.name)
	household.members[1].residence = "Imprisoned"
	household.save()
	person = frappe.get_doc("Recipient", family.person)
	assert [row.reason for row in person.absences] == ["Imprisonment"]
	assert frappe.db.exists(CHANGE, {"recipient": family.person, "event": "Imprisonment"})


def test_a_split_and_another_reason_put_a_benefit_under_review_too(site, family):
	registry.split(
		family.household.name, [family.household.members[3].recipient], family.household.members[3].recipient
	)
	assert frappe.db.exists(CHANGE, {"household": family.household.name, "kind": "Population Change"})


def test_whoever_marries_and_stays_puts_the_benefit_under_review(site, family):
	frappe.db.set_value("Recipient", family.person, "marital", "Unmarried")
	person = frappe.get_doc("Recipient", family.person)
	person.marital = "Married"
	person.save()
	change = frappe.get_doc(CHANGE, {"recipient": family.person})
	assert (change.kind, change.event or "", change.entitlement) == (
		"Population Change",
		"",
		family.benefit.name,
	)
	assert "婚姻状况由未婚变为" in change.state_after
	assert frappe.db.exists(PROPOSAL, {"reference_name": change.name})
	assert not frappe.get_doc("Recipient Household", family.household.name).members[1].left_on


def test_leaving_is_entered_when_it_has_happened(site, family):
	with pytest.raises(WrongHousehold):
		registry.remove_member(family.household.name, family.person, add_days(today(), 3), "Moved Out")


# --- at the same moment ---------------------------------------------------------------------------------------
def test_a_death_at_two_doors_at_once_is_one_death(site):
	household = builders.make_household(name=f"时{builders.digits()}")
	person = household.members[1].recipient
	at_once(
		lambda: life_events.report(person, terms.DEATH, ON),
		lambda: registry.remove_member(household.name, person, today(), "Death"),
		lambda: life_events.report(person, terms.DEATH, ON),
	)
	assert frappe.db.count(CHANGE, {"recipient": person}) == 1
	assert frappe.db.count("Household Event", {"recipient": person, "event": "Member Left"}) == 1
	assert frappe.db.get_value("Recipient", person, "deceased_on")


def test_every_event_has_its_fact_and_its_words(site):
	assert set(FACTS) == set(terms.LIFE_EVENTS)
	assert set(life_events.WORDS) == set(terms.LEAVE_REASONS)


# --- older records --------------------------------------------------------------------------------------------
def test_older_deaths_are_brought_to_one_result(site):
	from socaid_app.patches.v1_0 import deaths_at_every_door

	told_by_household, told_by_person = (
		builders.make_household(name="旧一"),
		builders.make_household(name="旧二"),
	)
	row = told_by_household.members[1]
	frappe.db.set_value("Household Member", row.name, {"left_on": row.joined_on, "leave_reason": "Death"})
	dead = told_by_person.members[1].recipient
	benefit = builders.grant_benefit(told_by_person)
	frappe.db.set_value("Recipient", dead, {"deceased_on": today(), "status": "Deceased"})
	for _again in range(2):
		deaths_at_every_door.execute()
	assert getdate(frappe.db.get_value("Recipient", row.recipient, "deceased_on")) == getdate(row.joined_on)
	assert registry.residents_of(told_by_person.name) == {told_by_person.head}
	assert len(_successors(benefit.name)) == 1
	for person in (row.recipient, dead):
		assert frappe.db.count(CHANGE, {"recipient": person}) == 1
