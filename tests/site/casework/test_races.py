"""Two at the same moment: what is asked and then written is locked in between."""

import frappe
import pytest
from frappe.utils import today

from socaid_app.casework import records
from socaid_app.field_visits import planning, revisits, visits
from socaid_app.socaid_app import entitlements, registry, turns
from tests import builders
from tests.builders import fieldwork
from tests.builders.parallel import at_once, refused
from tests.builders.visits import make_visit_team


def enter(*people: str, division: str = builders.VILLAGE_A):
	"""A household of these persons, the first its head."""
	return registry.enter_household(
		{
			"head": people[0],
			"division": division,
			"members": [
				{"recipient": person, "kinship": "02" if not number else "20"}
				for number, person in enumerate(people)
			],
		}
	).name


@pytest.fixture
def person(site):
	return builders.make_person(f"并{builders.digits()}").name


@pytest.fixture
def households(site):
	return [builders.make_household(members=1, name=f"并{builders.digits()}") for _number in range(2)]


# --- one household per person ------------------------------------------------------------------------------
def test_two_households_entered_at_once_do_not_share_a_person(person):
	outcomes = at_once(lambda: enter(person), lambda: enter(person))
	assert refused(outcomes) == [turns.ChangedMeanwhile]
	assert len(registry.households_of(person)) == 1


def test_a_person_is_not_added_to_two_households_at_once(person, households):
	first, second = (household.name for household in households)
	outcomes = at_once(
		lambda: registry.add_member(first, person, "20"),
		lambda: registry.add_member(second, person, "20"),
	)
	assert refused(outcomes) == [turns.ChangedMeanwhile]
	assert len(registry.households_of(person)) == 1


def test_families_that_exchange_members_take_their_turns_in_one_order(site):
	people = [builders.make_person(f"并{builders.digits()}").name for _number in range(4)]
	outcomes = at_once(lambda: enter(*people), lambda: enter(*reversed(people)))
	assert refused(outcomes) == [turns.ChangedMeanwhile], (
		"one waits for the other; neither locks the other out"
	)
	assert all(len(registry.households_of(person)) == 1 for person in people)


def test_new_families_without_anybody_in_common_do_not_hinder_each_other(site):
	people = [builders.make_person(f"并{builders.digits()}").name for _number in range(6)]
	works = [lambda person=person: enter(person) for person in people]
	assert refused(at_once(*works)) == []


def test_a_household_reopened_while_its_member_moves_elsewhere_is_refused_once(person, households):
	closed = enter(person)
	registry.close(closed, "外出")
	outcomes = at_once(
		lambda: registry.reopen(closed, "返回"),
		lambda: registry.add_member(households[0].name, person, "20"),
	)
	assert refused(outcomes) == [turns.ChangedMeanwhile]
	assert len(registry.households_of(person)) == 1


def test_a_form_saved_later_does_not_turn_the_number_back(person):
	form = frappe.get_doc("Recipient", person)
	enter(person)
	turn = frappe.db.get_value("Recipient", person, "turn")
	form.turn = 0
	form.save()
	assert turn and frappe.db.get_value("Recipient", person, "turn") == turn


# --- one basic living benefit per person ------------------------------------------------------------------
@pytest.mark.parametrize(
	("first", "second"), [("农村低保", "农村低保"), ("农村低保", "特困-分散"), ("特困-分散", "特困-分散")]
)
def test_two_confirmations_at_once_give_one_basic_living_benefit(site, first, second):
	schemes = {"农村低保": "Dibao", "特困-分散": "Tekun"}
	household = builders.make_household(members=2, name=f"并{builders.digits()}")
	categories = [builders.case_category(schemes[name]) for name in (first, second)]
	# the counter of entitlements exists: two that begin it at once are Frappe's matter
	builders.grant_benefit(builders.make_household(members=1))
	works = [
		lambda category=category: builders.grant_benefit(household, category).name for category in categories
	]
	outcomes = at_once(*works)
	assert refused(outcomes) == [turns.ChangedMeanwhile]
	basic = [row for row in entitlements.active(household.head) if row.scheme in entitlements.BASIC_LIVING]
	assert len(basic) == 1


def test_a_confirmation_and_a_change_of_the_same_household_wait_instead_of_locking_each_other_out(person):
	household = builders.make_household(members=2, name=f"并{builders.digits()}")
	builders.grant_benefit(builders.make_household(members=1))
	outcomes = at_once(
		lambda: registry.add_member(household.name, person, "20"),
		lambda: builders.grant_benefit(household).name,
	)
	assert not [error for error in outcomes if isinstance(error, frappe.QueryDeadlockError)]


# --- one visit per task -----------------------------------------------------------------------------------
@pytest.fixture
def team(site):
	return make_visit_team()


@pytest.fixture
def task(households):
	return make_task(households[0])


def make_task(household) -> str:
	"""A task to do, as a round writes it."""
	start = today()
	cycle = frappe.get_doc(
		{
			"doctype": planning.CYCLE,
			"title": f"并{builders.digits()}",
			"starts_on": start,
			"division": household.division,
			"ratio": 100,
			"stages": planning.default_stages(start),
		}
	).insert()
	task = frappe.new_doc(planning.TASK)
	task.update(
		{
			"cycle": cycle.name,
			"household": household.name,
			"head_name": household.head_name,
			"division": household.division,
			"township": household.township,
			"status": planning.TO_DO,
			"due_on": start,
		}
	)
	task.name = f"{cycle.name}-{household.name}"
	task.db_insert()
	return task.name


def visits_of(task: str) -> list[str]:
	return frappe.get_all(
		"Home Visit", filters={"task": task, "status": ["!=", "Cancelled"]}, pluck="name", order_by="name"
	)


def plan(task: str, team) -> list[str]:
	return visits.plan_for_tasks([task], today(), team.officers)


def insert(task: str, household: str, team) -> str:
	"""A visit for a task as a step of the app makes it; entered by hand a visit brings no task along."""
	visit = frappe.get_doc(
		{
			"doctype": visits.VISIT,
			"household": household,
			"purpose": "Screening",
			"planned_on": today(),
			"task": task,
			"visitors": [{"officer": officer} for officer in team.officers],
		}
	)
	with records.step(visit):
		return visit.insert().name


def test_two_plans_for_one_task_make_one_visit(task, team):
	outcomes = at_once(lambda: plan(task, team), lambda: plan(task, team))
	assert sorted(len(made) for made in outcomes) == [0, 1]
	assert len(visits_of(task)) == 1


def test_lists_of_tasks_in_any_order_are_planned_without_locking_each_other_out(households, team):
	tasks = [make_task(household) for household in households]
	outcomes = at_once(
		lambda: visits.plan_for_tasks(tasks, today(), team.officers),
		lambda: visits.plan_for_tasks(tasks[::-1], today(), team.officers),
	)
	assert refused(outcomes) == []
	assert all(len(visits_of(task)) == 1 for task in tasks)


def test_a_second_visit_for_a_task_that_is_being_planned_is_refused(task, households, team):
	outcomes = at_once(
		lambda: insert(task, households[0].name, team), lambda: insert(task, households[0].name, team)
	)
	assert refused(outcomes) == [visits.TaskTaken]
	assert len(visits_of(task)) == 1


def test_a_task_that_has_a_visit_takes_no_second_one(task, households, team):
	(first,) = plan(task, team)
	with pytest.raises(visits.TaskTaken, match=first):
		insert(task, households[0].name, team)
	visits.cancel(first, "下雨")
	assert insert(task, households[0].name, team)


def test_two_revisits_of_one_sampled_visit_are_planned_once(site, households, team):
	check = frappe.get_doc(
		{
			"doctype": "Spot Check",
			"title": f"并{builders.digits()}",
			"division": households[0].division,
			"period_from": today(),
			"period_to": today(),
			"ratio": 10,
			"strata": "Township",
			"at_least": 1,
		}
	).insert()
	first = fieldwork.store_visit(households[0].name, division=households[0].division)
	item = frappe.new_doc("Spot Check Item")
	item.update(
		{
			"spot_check": check.name,
			"first_visit": first,
			"household": households[0].name,
			"division": households[0].division,
		}
	)
	item.name = f"并{builders.digits()}"
	item.db_insert()
	outcomes = at_once(
		lambda: revisits.schedule(item.name, today(), team.officers),
		lambda: revisits.schedule(item.name, today(), team.officers),
	)
	assert refused(outcomes) == [revisits.RevisitInvalid]
