"""Rounds of screening: intervals never looser than the law, a row for every household, and nobody forgotten."""

import frappe
import pytest
from frappe.utils import add_days, add_months, get_first_day, getdate, now_datetime, today

from socaid_app.casework import clocks as reminders
from socaid_app.field_visits import (
	coverage,
	intervals,
	planning,
	round_progress,
	round_workload,
	screening_tasks,
	task_generation,
)
from socaid_app.field_visits.doctype.review_cycle_rule.review_cycle_rule import (
	CycleLooserThanLaw,
	RuleChangeInvalid,
	RuleInEffect,
)
from socaid_app.field_visits.doctype.screening_cycle.screening_cycle import RoundAlreadyDrawn, RoundInvalid
from socaid_app.field_visits.doctype.screening_task.screening_task import TaskNotPlanned
from socaid_app.field_visits.report.screening_progress import screening_progress
from socaid_app.field_visits.report.visit_coverage import visit_coverage
from socaid_app.field_visits.report.visit_punctuality import visit_punctuality
from socaid_app.permissions.scope import DivisionOutOfScope
from socaid_app.policy import cycles
from tests import builders

RULE, CYCLE, TASK, VISIT = "Review Cycle Rule", "Screening Cycle", "Screening Task", "Home Visit"
# A township of its own: what other tests and the demo county have elsewhere does not disturb the counts.
TOWNSHIP, VILLAGE, OTHER_VILLAGE = "220422290000", "220422290200", "220422290201"
ELSEWHERE = "220422291000"


@pytest.fixture(scope="module")
def users(site):
	"""Users are slow to make, so they are made once and committed."""
	names = {
		"approver": ("Township Approver", TOWNSHIP),
		"clerk": ("Township Officer", TOWNSHIP),
		"stranger": ("Township Approver", ELSEWHERE),
		"manager": ("Service Manager", None),
		"village": ("Village Assistant", VILLAGE),
	}
	for code, name, level, parent in (
		(TOWNSHIP, "测试乡", "Township", "220422000000"),
		(VILLAGE, "测试一村", "Village", TOWNSHIP),
		(OTHER_VILLAGE, "测试二村", "Village", TOWNSHIP),
		(ELSEWHERE, "别处乡", "Township", "220422000000"),
	):
		if not frappe.db.exists("Administrative Division", code):
			frappe.get_doc(
				{
					"doctype": "Administrative Division",
					"code": code,
					"division_name": name,
					"level": level,
					"area": "Rural",
					"parent_administrative_division": parent,
					"is_group": level != "Village",
				}
			).insert()
	found = {}
	for key, (role, division) in names.items():
		email = f"screening.{key}@example.invalid"
		found[key] = (
			email if frappe.db.exists("User", email) else builders.make_user(role, division, email=email)
		)
	frappe.db.commit()
	return found


def household(division=VILLAGE, members=1, **benefit):
	home = builders.make_household(division, members=members)
	if benefit.pop("benefit", True):
		builders.grant_benefit(home, **benefit)
	return home


def make_cycle(**values):
	return frappe.get_doc(
		{"doctype": CYCLE, "title": "测试排查", "division": TOWNSHIP, "starts_on": today(), **values}
	).insert()


def visit(home, days_ago, status="Finished", **values):
	"""A past visit as the database holds it; its own gates are tested elsewhere."""
	at = add_days(now_datetime(), -days_ago)
	doc = frappe.get_doc(
		{
			"doctype": VISIT,
			"name": frappe.generate_hash(length=10),
			"household": home.name,
			"status": status,
			"planned_on": getdate(at),
			"check_out_at": at if status in ("Finished", "Reviewed") else None,
			"reception": "At Home",
			"division": home.division,
			"township": TOWNSHIP,
			**values,
		}
	)
	doc.db_insert()
	coverage.note_visit(doc)
	return doc


def tasks(cycle):
	rows = frappe.get_all(
		TASK,
		filters={"cycle": cycle.name},
		fields=["household", "status", "left_out_reason", "name", "due_on", "category", "division"],
		order_by="name",
	)
	return {row.household: row for row in rows}


def make_officer(division=TOWNSHIP, **values):
	return frappe.get_doc(
		{
			"doctype": "Visit Officer",
			"officer_name": "走访员",
			"employer": "Contractor",
			"division": division,
			**values,
		}
	).insert()


# --- intervals ----------------------------------------------------------------------------------------
def make_rule(**values):
	return frappe.get_doc(
		{
			"doctype": RULE,
			"category": "农村低保",
			"check_kind": "Overall Evaluation",
			"service_months": 4,
			"effective_from": today(),
			"reason": "申请量激增",
			**values,
		}
	).insert()


@pytest.mark.parametrize(
	("category", "kind", "months"),
	[
		("农村低保", "Monthly Check", 1),
		("低保边缘", "In-depth Check", 3),
		("农村低保", "Overall Evaluation", 6),
		("特困-集中", "In-depth Check", 3),
		("临时-急难（一般）", "Monthly Check", 1),
		("特困-分散", "Home Visit", 12),
		("农村低保", "Phone Callback", 1),
		("农村低保", "Visit Callback", 3),
		("农村低保", "Evaluation Callback", 6),
	],
)
def test_the_county_starts_with_the_intervals_of_the_service_plan(site, category, kind, months):
	assert intervals.interval(category, "General", kind, today()).months == months


def test_a_rule_names_the_statutory_interval_and_its_source(site):
	rule = make_rule()
	assert rule.statutory_months == 6 and "57号" in rule.statutory_basis


def test_an_interval_longer_than_the_law_allows_is_refused_with_both_figures(site):
	with pytest.raises(CycleLooserThanLaw) as refused:
		make_rule(service_months=8)
	assert "8" in str(refused.value) and "6" in str(refused.value)


def test_a_change_is_a_new_rule_and_the_old_one_ends_the_day_before(site):
	before = intervals.interval("农村低保", "", "Overall Evaluation", today())
	rule = make_rule(effective_from=add_days(today(), 10))
	old = frappe.get_doc(RULE, before.rule)
	assert (rule.previous_rule, rule.previous_months) == (old.name, 6)
	assert getdate(old.effective_to) == getdate(add_days(today(), 9)) and old.service_months == 6
	months = [
		intervals.interval("农村低保", "", "Overall Evaluation", add_days(today(), n)).months for n in (9, 10)
	]
	assert months == [6, 4]


def test_a_change_needs_its_reason_and_does_not_reach_back(site):
	with pytest.raises(RuleChangeInvalid):
		make_rule(reason=" ")
	with pytest.raises(RuleChangeInvalid):
		make_rule(effective_from=add_days(today(), -1))


def test_a_rule_in_effect_is_never_rewritten_by_any_channel(site, users, as_user):
	name = intervals.interval("农村低保", "", "Monthly Check", today()).rule
	with as_user(users["manager"]):
		rule = frappe.get_doc(RULE, name)
		rule.service_months = 2
		with pytest.raises(RuleInEffect):
			rule.save()
		with pytest.raises(RuleInEffect):
			frappe.call("frappe.client.set_value", doctype=RULE, name=name, fieldname="ratio", value=50)
	frappe.get_doc(RULE, name).save()


def test_what_the_system_sets_cannot_be_sent(site):
	rule = make_rule(statutory_months=99, previous_months=9, effective_to="2030-01-01")
	assert (rule.statutory_months, rule.previous_months, rule.effective_to) == (6, 6, None)


def test_a_rule_for_a_class_goes_before_one_for_all(site):
	make_rule(check_kind="Home Visit", review_class="Key", service_months=3, effective_from=today())
	months = [intervals.interval("农村低保", cls, "Home Visit", today()).months for cls in ("Key", "General")]
	assert months == [3, 12]


def test_an_administrators_rule_survives_the_seeds(site):
	from socaid_app.setup import seeds

	make_rule(effective_from=today())
	count = frappe.db.count(RULE)
	seeds.seed_review_cycles()
	assert frappe.db.count(RULE) == count
	assert intervals.interval("农村低保", "", "Overall Evaluation", today()).months == 4


# --- the plan of a round ------------------------------------------------------------------------------
def test_a_round_gets_its_four_stages_and_ends_after_its_buffer(users):
	cycle = make_cycle(starts_on="2026-11-01", buffer_days=3)
	assert [row.stage for row in cycle.stages] == list(cycles.STAGES)
	assert [getdate(row.due_on).day for row in cycle.stages] == [10, 25, 28, 30]
	assert str(cycle.ends_on) == "2026-12-03" and cycle.seed


def test_a_round_keeps_all_four_stages_in_order_of_days(users):
	cycle = make_cycle()
	cycle.stages = cycle.stages[:3]
	with pytest.raises(RoundInvalid):
		cycle.save()
	cycle.reload()
	cycle.stages[1].due_on = add_days(cycle.stages[1].starts_on, -1)
	with pytest.raises(RoundInvalid):
		cycle.save()


def test_a_campaign_states_its_occasion(users):
	with pytest.raises(RoundInvalid):
		make_cycle(kind="Holiday Visit")
	assert make_cycle(kind="Holiday Visit", reason="春节慰问").reason


def test_a_township_plans_for_itself_only(users, as_user):
	with as_user(users["approver"]):
		mine = make_cycle()
		for division in (ELSEWHERE, "220422000000"):
			with pytest.raises(DivisionOutOfScope):
				make_cycle(division=division)
	with as_user(users["stranger"]):
		assert frappe.get_list(CYCLE, filters={"name": mine.name})
		theirs = frappe.get_doc(CYCLE, mine.name)
		theirs.division = ELSEWHERE
		with pytest.raises(DivisionOutOfScope):
			theirs.save()
		for call in (planning.start, planning.complete):
			with pytest.raises(DivisionOutOfScope):
				call(mine.name)
		with pytest.raises(DivisionOutOfScope):
			planning.cancel(mine.name, "不需要")


def test_nobody_sends_a_round_its_status_seed_or_figures(users, as_user):
	with as_user(users["approver"]):
		cycle = make_cycle(status="Completed", seed=7, tasks_done=5)
		assert cycle.status == "Draft" and not cycle.tasks_done and cycle.seed != 7
		seed = cycle.seed
		frappe.call("frappe.client.set_value", doctype=CYCLE, name=cycle.name, fieldname="seed", value=7)
		cycle.reload()
		assert cycle.seed == seed


def test_the_workload_counts_the_households_and_says_whether_the_teams_suffice(users, as_user):
	for _n in range(3):
		household()
	with as_user(users["approver"]):
		load = round_workload.workload(
			TOWNSHIP,
			today(),
			teams=1,
			visits_per_day=1,
			reserve_percent=10,
			visits_from=today(),
			visits_to=today(),
		)
	assert (load["households"], load["visits"]) == (3, 4) and not load["enough"]
	with as_user(users["stranger"]):
		assert round_workload.workload(TOWNSHIP, today())["households"] == 0


# --- its tasks ----------------------------------------------------------------------------------------
def test_every_household_in_scope_has_one_row_and_nobody_is_forgotten(users):
	homes = [household(VILLAGE), household(OTHER_VILLAGE), household(members=2)]
	builders.grant_benefit(homes[0], category="临时-急难（一般）", end_month=today())
	household("220422201200")
	cycle = make_cycle()
	counts = planning.generate(cycle.name)
	found = tasks(cycle)
	assert set(found) == {home.name for home in homes}
	assert {row.status for row in found.values()} == {"To Do"}
	assert found[homes[0].name].category == "农村低保"
	assert {row.due_on for row in found.values()} == {planning.visits_due(cycle)}
	cycle.reload()
	assert counts == {"total": 3, "done": 0, "excluded": 0}
	assert (cycle.status, cycle.tasks_total) == ("Running", 3) and cycle.generated_at


def test_generating_again_adds_what_is_new_and_doubles_nothing(users, monkeypatch):
	monkeypatch.setattr(task_generation, "CHUNK", 2)
	first = [household() for _n in range(5)]
	cycle = make_cycle()
	planning.generate(cycle.name)
	screening_tasks.mark_task(tasks(cycle)[first[0].name].name, "Done", None, today())
	late = household()
	planning.generate(cycle.name)
	found = tasks(cycle)
	assert set(found) == {home.name for home in [*first, late]}
	assert found[first[0].name].status == "Done"
	cycle.reload()
	assert (cycle.tasks_total, cycle.tasks_done, cycle.percent_done) == (6, 1, pytest.approx(16.7))


def test_whoever_is_left_out_is_listed_with_the_reason(users):
	ended = household(start=add_months(today(), -6), end_month=add_months(today(), -2))
	closed, seen, planned, refused, plain = (household() for _n in range(5))
	frappe.db.set_value("Recipient Household", closed.name, "status", "Closed")
	visit(seen, 5)
	visit(planned, -5, status="Planned")
	visit(refused, 5, reception="Visit Refused")
	cycle = make_cycle(not_visited_since=add_days(today(), -30))
	planning.generate(cycle.name)
	reasons = {name: row.left_out_reason for name, row in tasks(cycle).items()}
	assert reasons == {
		ended.name: "No Benefit in Force",
		closed.name: "Household Closed",
		seen.name: "Recently Visited",
		planned.name: "Visit Already Planned",
		refused.name: None,
		plain.name: None,
	}
	cycle.reload()
	assert (cycle.tasks_total, cycle.tasks_excluded) == (2, 4)


def test_who_was_left_out_gets_a_task_once_the_reason_has_passed(users):
	home = household()
	planned = visit(home, -5, status="Planned")
	cycle = make_cycle()
	planning.generate(cycle.name)
	assert tasks(cycle)[home.name].status == "Left Out"
	frappe.db.set_value(VISIT, planned.name, "status", "Cancelled")
	planning.generate(cycle.name)
	row = tasks(cycle)[home.name]
	assert (row.status, row.left_out_reason) == ("To Do", None)


def test_the_share_is_exact_and_the_same_seed_draws_the_same_households(users):
	for _n in range(10):
		household()
	cycle = make_cycle(ratio=30)
	planning.generate(cycle.name)
	drawn = {name for name, row in tasks(cycle).items() if row.status == "To Do"}
	assert len(drawn) == 3
	assert {row.left_out_reason for row in tasks(cycle).values()} == {None, "Not Drawn"}
	again = make_cycle(ratio=30)
	frappe.db.set_value(CYCLE, again.name, "seed", cycle.seed)
	planning.generate(again.name)
	assert drawn == {name for name, row in tasks(again).items() if row.status == "To Do"}


def test_only_the_chosen_categories_and_class_are_in_scope(users):
	household()
	key = household(category="特困-分散")
	frappe.db.set_value("Recipient Household", key.name, "review_class", "Key")
	cycle = make_cycle(categories=[{"category": "特困-分散"}])
	planning.generate(cycle.name)
	assert set(tasks(cycle)) == {key.name}
	cycle = make_cycle(review_class="Key")
	planning.generate(cycle.name)
	assert set(tasks(cycle)) == {key.name}


def test_one_off_aid_is_followed_for_some_months_and_then_let_go(users):
	months_ago = {
		n: household(
			category="临时-急难（一般）",
			start=add_months(get_first_day(today()), -n),
			end_month=add_months(get_first_day(today()), -n),
		)
		for n in (0, 3, 4)
	}
	cycle = make_cycle()
	planning.generate(cycle.name)
	found = tasks(cycle)
	assert [found[months_ago[n].name].status for n in (0, 3, 4)] == ["To Do", "To Do", "Left Out"]


def test_the_area_of_a_drawn_round_stays(users):
	household()
	cycle = make_cycle()
	planning.generate(cycle.name)
	cycle.reload()
	cycle.ratio = 50
	with pytest.raises(RoundAlreadyDrawn):
		cycle.save()


def test_when_the_visiting_stage_is_extended_its_open_tasks_follow(users):
	homes = [household(), household()]
	cycle = make_cycle()
	planning.generate(cycle.name)
	due_before = planning.visits_due(cycle)
	screening_tasks.reschedule(tasks(cycle)[homes[0].name].name, add_days(due_before, 1), "暴雪")
	cycle.reload()
	for row in cycle.stages[1:]:
		row.due_on = add_days(row.due_on, 5)
	cycle.save()
	found = tasks(cycle)
	assert found[homes[0].name].due_on == getdate(add_days(due_before, 1))
	assert found[homes[1].name].due_on == getdate(add_days(due_before, 5))


def test_a_job_that_breaks_gives_the_round_back(users, monkeypatch):
	cycle = make_cycle()
	monkeypatch.setattr(frappe.db, "commit", lambda: None)
	monkeypatch.setattr(frappe.db, "rollback", lambda: None)

	def breaks(*_args, **_kwargs):
		raise RuntimeError

	monkeypatch.setattr(task_generation, "write_tasks", breaks)
	frappe.db.set_value(CYCLE, cycle.name, "status", "Generating")
	with pytest.raises(RuntimeError):
		planning.generate(cycle.name, commit=True)
	assert frappe.db.get_value(CYCLE, cycle.name, "status") == "Draft"


# --- who does them ------------------------------------------------------------------------------------
def test_tasks_are_generated_and_not_entered(users, as_user):
	home, cycle = household(), make_cycle()
	row = {"doctype": TASK, "name": "x", "household": home.name, "cycle": cycle.name}
	with as_user(users["manager"]), pytest.raises((TaskNotPlanned, frappe.PermissionError)):
		frappe.get_doc(row).insert()
	with pytest.raises(TaskNotPlanned):
		frappe.get_doc(row).insert()


def test_a_form_changes_officer_and_note_of_a_task_and_nothing_else(users, as_user):
	home, cycle, officer = household(), make_cycle(), make_officer()
	planning.generate(cycle.name)
	name = tasks(cycle)[home.name].name
	with as_user(users["clerk"]):
		task = frappe.get_doc(TASK, name)
		task.update(
			{
				"officer": officer.name,
				"note": "先电话联系",
				"status": "Done",
				"done_on": today(),
				"due_on": "2099-01-01",
			}
		)
		task.save()
	task.reload()
	assert (task.officer, task.note, task.status, task.done_on) == (officer.name, "先电话联系", "To Do", None)
	assert task.due_on == planning.visits_due(cycle)


def test_a_stranger_neither_sees_nor_changes_the_tasks(users, as_user):
	home, cycle = household(), make_cycle()
	planning.generate(cycle.name)
	name = tasks(cycle)[home.name].name
	with as_user(users["stranger"]):
		assert not frappe.get_list(TASK, filters={"cycle": cycle.name})
		with pytest.raises(frappe.PermissionError):
			screening_tasks.reschedule(name, today(), "下雪")
		with pytest.raises(DivisionOutOfScope):
			screening_tasks.assign(cycle.name, make_officer_elsewhere(), VILLAGE)


def make_officer_elsewhere():
	with builders.acting_as("Administrator"):
		return make_officer(ELSEWHERE).name


def test_the_tasks_of_a_village_are_given_to_an_officer_at_once(users, as_user):
	homes = [household(VILLAGE), household(VILLAGE), household(OTHER_VILLAGE)]
	cycle, officer = make_cycle(), make_officer()
	planning.generate(cycle.name)
	with as_user(users["clerk"]):
		assert screening_tasks.assign(cycle.name, officer.name, VILLAGE) == 2
		assert screening_tasks.assign(cycle.name, officer.name, TOWNSHIP) == 1
	assert frappe.db.count(TASK, {"cycle": cycle.name, "officer": officer.name}) == len(homes)


def test_an_officer_off_duty_or_of_another_area_gets_no_tasks(users):
	household()
	cycle = make_cycle()
	planning.generate(cycle.name)
	for officer in (make_officer(active=0), make_officer(ELSEWHERE)):
		with pytest.raises(screening_tasks.OfficerUnfit):
			screening_tasks.assign(cycle.name, officer.name, VILLAGE)


def test_a_task_is_rescheduled_with_a_reason_within_the_round_and_its_buffer(users, as_user):
	home, cycle = household(), make_cycle()
	planning.generate(cycle.name)
	name, first = tasks(cycle)[home.name].name, planning.visits_due(cycle)
	with as_user(users["clerk"]):
		with pytest.raises(planning.ReasonMissing):
			screening_tasks.reschedule(name, str(cycle.ends_on), " ")
		with pytest.raises(screening_tasks.BeyondTheRound):
			screening_tasks.reschedule(name, str(add_days(cycle.ends_on, 1)), "暴雪封路")
		screening_tasks.reschedule(name, str(cycle.ends_on), "暴雪封路")
	task = frappe.get_doc(TASK, name)
	assert (task.due_on, task.first_due_on, task.reschedule_count) == (getdate(cycle.ends_on), first, 1)
	assert task.reschedule_reason == "暴雪封路"


def test_a_visit_moves_its_task_and_the_round_counts_along(users):
	home, cycle = household(), make_cycle()
	planning.generate(cycle.name)
	name, made = tasks(cycle)[home.name].name, visit(home, 0)
	screening_tasks.mark_task(name, "Scheduled", made.name, add_days(today(), 1))
	assert frappe.db.get_value(TASK, name, ["status", "visit"]) == ("Scheduled", made.name)
	screening_tasks.mark_task(name, "To Do")
	assert frappe.db.get_value(TASK, name, ["status", "visit", "planned_on"]) == ("To Do", None, None)
	screening_tasks.mark_task(name, "Done", made.name, today())
	screening_tasks.mark_task(name, "To Do")
	assert frappe.db.get_value(TASK, name, ["status", "done_on"]) == ("Done", getdate(today()))
	assert frappe.db.get_value(CYCLE, cycle.name, ["tasks_done", "percent_done"]) == (1, 100)


def test_a_round_is_completed_when_nobody_waits_any_more(users):
	home, cycle = household(), make_cycle()
	with pytest.raises(planning.TasksStillOpen):
		planning.complete(cycle.name)
	planning.generate(cycle.name)
	with pytest.raises(planning.TasksStillOpen):
		planning.complete(cycle.name)
	screening_tasks.mark_task(tasks(cycle)[home.name].name, "Cannot Visit")
	planning.complete(cycle.name)
	assert frappe.db.get_value(CYCLE, cycle.name, "status") == "Completed"
	with pytest.raises(planning.RoundClosed):
		planning.generate(cycle.name)


def test_a_round_is_given_up_with_a_reason_and_its_open_tasks_say_so(users):
	home, cycle = household(), make_cycle()
	planning.generate(cycle.name)
	with pytest.raises(planning.ReasonMissing):
		planning.cancel(cycle.name, "")
	planning.cancel(cycle.name, "政策暂缓")
	row = tasks(cycle)[home.name]
	assert (row.status, row.left_out_reason) == ("Left Out", "Round Cancelled")
	assert frappe.db.get_value(CYCLE, cycle.name, ["status", "cancel_reason"]) == ("Cancelled", "政策暂缓")


def test_start_takes_a_post_and_queues_one_job(users, as_user, monkeypatch):
	queued = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **kwargs: queued.append((method, kwargs)))
	with as_user(users["approver"]):
		cycle = make_cycle()
		planning.start(cycle.name)
	method, options = queued[0]
	assert (
		options["function"].endswith("planning.run")
		and options["deduplicate"]
		and options["enqueue_after_commit"]
	)
	assert frappe.db.get_value(CYCLE, cycle.name, "status") == "Generating"
	assert "GET" not in frappe.allowed_http_methods_for_whitelisted_func[planning.start]


def test_a_stage_not_done_by_its_day_is_marked_overdue(users):
	cycle = make_cycle(starts_on=add_days(today(), -12))
	frappe.db.set_value("Screening Stage", cycle.stages[0].name, "status", "Not Done")
	planning.mark_overdue_stages()
	cycle.reload()
	assert [row.status for row in cycle.stages] == ["Overdue", "Not Done", "Not Done", "Not Done"]
	cycle.stages[0].done_on = today()
	cycle.save()
	assert cycle.stages[0].status == "Late"


# --- coverage and progress ----------------------------------------------------------------------------
def row_of(on=None, **filters):
	found = [row for row in coverage.by_township(on, **filters) if row.township == TOWNSHIP]
	return found[0] if found else None


def test_every_household_in_benefit_is_visited_new_or_overdue(users):
	long_ago = add_months(today(), -30)
	visited, lapsed, never = (household(start=long_ago) for _n in range(3))
	household(start=today())
	closed_door = household(start=long_ago)
	visit(visited, 300)
	visit(lapsed, 380)
	visit(closed_door, 10, reception="Nobody Home")
	row = row_of()
	assert (row.households, row.visited, row.new, row.overdue) == (5, 1, 1, 3)
	names = {row.household for row in coverage.not_visited(township=TOWNSHIP)}
	assert names == {lapsed.name, never.name, closed_door.name}


def test_the_coverage_of_a_past_day_is_what_it_was_that_day(users):
	home = household(start=add_months(today(), -30))
	visit(home, 100)
	assert row_of(add_days(today(), -101)).overdue == 1
	assert row_of(add_days(today(), -100)).visited == 1
	assert row_of(add_months(today(), -31)) is None


def last_visit(home):
	return frappe.db.get_value("Recipient Household", home.name, "last_visited_on")


def test_a_household_knows_the_day_of_its_last_visit_and_no_form_changes_it(users, as_user):
	home = household()
	made = visit(home, 20, status="Planned")
	assert last_visit(home) is None
	made.db_set({"status": "Finished", "check_out_at": add_days(now_datetime(), -20)})
	assert last_visit(home) == getdate(add_days(today(), -20))
	with as_user(users["clerk"]):
		doc = frappe.get_doc("Recipient Household", home.name)
		doc.last_visited_on = today()
		doc.save()
	assert last_visit(home) == getdate(add_days(today(), -20))
	made.db_set("reception", "Nobody Home")
	assert last_visit(home) is None


def test_visits_that_came_past_the_forms_are_noticed_over_night(users):
	home = household()
	made = visit(home, 20)
	frappe.db.set_value("Recipient Household", home.name, "last_visited_on", None)
	coverage.refresh_last_visits()
	assert last_visit(home) == getdate(made.check_out_at)


def test_coverage_follows_the_rule_of_the_class(users):
	home = household(start=add_months(today(), -30))
	frappe.db.set_value("Recipient Household", home.name, "review_class", "Key")
	visit(home, 150)
	assert row_of().visited == 1
	make_rule(check_kind="Home Visit", review_class="Key", service_months=3)
	assert row_of().overdue == 1
	frappe.db.set_value("Recipient Household", home.name, "review_class", "General")
	assert row_of().visited == 1


def test_reports_show_the_readers_own_divisions(users, as_user):
	household(start=add_months(today(), -30))
	cycle = make_cycle()
	planning.generate(cycle.name)
	with as_user(users["approver"]):
		assert {row.township for row in visit_coverage.execute()[1]} == {TOWNSHIP}
		assert len(visit_coverage.execute({"detail": 1, "township": TOWNSHIP})[1]) == 1
		assert round_progress.progress(cycle.name)[0].total == 1
	with as_user(users["stranger"]):
		assert visit_coverage.execute()[1] == []
		assert visit_coverage.execute({"detail": 1, "township": TOWNSHIP})[1] == []
		assert screening_progress.execute({"cycle": cycle.name})[1] == []
		assert visit_punctuality.execute()[1] == []


def test_progress_tells_done_open_overdue_and_left_out_to_the_person(users):
	homes = [household() for _n in range(3)]
	ended = household(start=add_months(today(), -6), end_month=add_months(today(), -2))
	cycle, officer = make_cycle(), make_officer()
	planning.generate(cycle.name)
	screening_tasks.assign(cycle.name, officer.name, TOWNSHIP)
	found = tasks(cycle)
	screening_tasks.mark_task(found[homes[0].name].name, "Done", None, today())
	frappe.db.set_value(TASK, found[homes[1].name].name, "due_on", add_days(today(), -1))
	rows = {row.officer: row for row in screening_progress.execute({"cycle": cycle.name})[1]}
	mine = rows[officer.name]
	assert (mine.total, mine.done, mine.open, mine.overdue) == (3, 1, 2, 1)
	assert rows[None].left_out == 1 and ended.name in found
	stages = screening_progress.execute({"cycle": cycle.name, "group_by": "Stages"})[1]
	assert len(stages) == 4
	for group in ("Township", "Officer"):
		assert screening_progress.execute({"cycle": cycle.name, "group_by": group})[1]


def test_punctuality_counts_on_time_late_and_overdue_per_officer_and_month(users):
	homes = [household() for _n in range(4)]
	cycle, officer = make_cycle(), make_officer()
	planning.generate(cycle.name)
	screening_tasks.assign(cycle.name, officer.name, TOWNSHIP)
	found = tasks(cycle)
	day = get_first_day(add_months(today(), -1))
	for home, done_on in zip(homes, (day, add_days(day, 1), add_days(day, 2), None), strict=True):
		status = "Done" if done_on else "To Do"
		frappe.db.set_value(
			TASK, found[home.name].name, {"due_on": add_days(day, 1), "done_on": done_on, "status": status}
		)
	rows = visit_punctuality.execute({"officer": officer.name, "from_date": day, "to_date": today()})[1]
	assert [(row.on_time, row.late, row.overdue, row.rate) for row in rows] == [(2, 1, 1, 50)]


# --- reminders ----------------------------------------------------------------------------------------
def reminded(doctype, name):
	return frappe.get_all(
		"Case Reminder",
		filters={"reference_doctype": doctype, "reference_name": name},
		fields=["kind", "recipient_user", "status", "subject"],
		order_by="creation",
	)


def test_the_owner_of_a_stage_is_reminded_before_it_is_due(users):
	cycle = make_cycle(starts_on=add_days(today(), -8))
	cycle.stages[0].owner_user = users["clerk"]
	cycle.save()
	planning.generate(cycle.name)
	reminders.remind(getdate(today()), CYCLE)
	rows = reminded(CYCLE, cycle.name)
	assert [(row.kind, row.recipient_user) for row in rows] == [("Due Soon", users["clerk"])]
	reminders.remind(getdate(today()), CYCLE)
	assert len(reminded(CYCLE, cycle.name)) == 1


def test_an_officer_gets_one_reminder_for_all_tasks_of_a_day(users):
	for _n in range(3):
		household()
	cycle, officer = make_cycle(), make_officer(user=users["village"])
	planning.generate(cycle.name)
	screening_tasks.assign(cycle.name, officer.name, TOWNSHIP)
	frappe.db.set_value(TASK, {"cycle": cycle.name}, "due_on", today())
	reminders.remind(getdate(today()), "Visit Officer")
	rows = reminded("Visit Officer", officer.name)
	assert [(row.kind, row.recipient_user) for row in rows] == [("Due Today", users["village"])]
	assert "3" in rows[0].subject


def test_tasks_without_an_officer_are_brought_to_the_township(users):
	household()
	cycle = make_cycle()
	planning.generate(cycle.name)
	frappe.db.set_value(TASK, {"cycle": cycle.name}, "due_on", today())
	reminders.remind(getdate(today()), "Administrative Division")
	rows = reminded("Administrative Division", TOWNSHIP)
	assert users["clerk"] in {row.recipient_user for row in rows}


def test_a_round_given_up_reminds_nobody(users):
	household()
	cycle = make_cycle(starts_on=add_days(today(), -8))
	planning.generate(cycle.name)
	planning.cancel(cycle.name, "改期")
	items = reminders.open_items(getdate(add_days(today(), 60)))
	assert cycle.name not in {item.name for item in items}


def test_the_weekly_self_check_covers_stages_and_leaves_the_missing_to_a_person(users):
	cycle = make_cycle(starts_on=add_days(today(), -14))
	planning.generate(cycle.name)
	frappe.db.set_value(CYCLE, cycle.name, "creation", add_days(now_datetime(), -14))
	reminders.check_reminders_ran()
	rows = reminded(CYCLE, cycle.name)
	assert rows and {row.status for row in rows} == {"Manual Needed"}
