"""Route plans: the day's visits come in once, are ordered within the hours, and reach the officers."""

import builtins
from datetime import timedelta
from random import randrange
from types import SimpleNamespace

import frappe
import pytest
from frappe import _
from frappe.utils import add_days

from socaid_app.field_visits import route_release, route_stops, routes, times_of_day, visits
from socaid_app.field_visits.doctype.route_plan.route_plan import StopInvalid, TeamInvalid
from socaid_app.field_visits.route_release import NotYetPlanned
from socaid_app.field_visits.routes import (
	NothingToPlan,
	OrderImpossible,
	ReasonMissing,
	RoutesUnavailable,
	VisitAlreadyBegun,
)
from socaid_app.permissions.scope import LinkOutOfScope
from tests import builders
from tests.builders import fieldwork
from tests.builders.visits import make_officer

PLAN = "Route Plan"
DAY = (builders.TODAY + timedelta(days=2)).isoformat()
SEAT = (42.92, 125.21)


@pytest.fixture
def people(site):
	"""An investigator who plans, one in the next township, four officers of whom one has a user."""
	planner = builders.make_user("Township Officer", builders.TOWNSHIP_A)
	officers = [make_officer(planner if not n else None, f"走访员{n}").name for n in range(4)]
	return SimpleNamespace(
		planner=planner,
		neighbour=builders.make_user("Township Officer", builders.TOWNSHIP_B),
		officers=officers,
	)


def make_visit(north: float | None = 0, east: float = 0, division=builders.VILLAGE_A, **values) -> str:
	"""A planned visit of a family so many hundredths of a degree from the seat; ``None``: nobody knows where."""
	where = (
		{"latitude": SEAT[0] + north / 100, "longitude": SEAT[1] + east / 100} if north is not None else {}
	)
	household = fieldwork.store_household(f"户主{randrange(10**6):06}", division, **where)
	doc = {
		"doctype": "Home Visit",
		"household": household,
		"planned_on": DAY,
		"expected_minutes": 40,
		**values,
	}
	return frappe.get_doc(doc).insert().name


def team(people, number: int = 0, **values) -> dict:
	return {
		"team_name": f"{number + 1}组",
		"officer_1": people.officers[2 * number],
		"officer_2": people.officers[2 * number + 1],
		"starts_at": "08:30:00",
		"ends_at": "17:00:00",
		"latitude": SEAT[0],
		"longitude": SEAT[1],
		**values,
	}


def make_plan(people, teams: int = 1, user: str | None = None, **values):
	with builders.acting_as(user or people.planner):
		return frappe.get_doc(
			{
				"doctype": PLAN,
				"planned_on": DAY,
				"division": builders.TOWNSHIP_A,
				"teams": [team(people, number) for number in range(teams)],
				**values,
			}
		).insert()


def do(function, plan, people, *args, **kwargs):
	with builders.acting_as(people.planner):
		result = function(plan.name, *args, **kwargs)
	plan.reload()
	return result


def planned(people, count: int = 3, teams: int = 1):
	"""A plan of so many visits, ordered."""
	names = [make_visit(n, (-1) ** n) for n in range(count)]
	plan = make_plan(people, teams)
	do(route_stops.fill, plan, people)
	do(routes.plan, plan, people)
	return plan, names


def row_of(plan, visit: str):
	return next(row for row in plan.stops if row.visit == visit)


def set_status(visit: str, status: str, **values) -> None:
	frappe.db.set_value("Home Visit", visit, {"status": status, **values})


# --- bringing in ----------------------------------------------------------------------------------------
def test_the_days_planned_visits_of_the_area_come_in_once(people):
	here = make_visit(1, 1, purpose="Complaint")
	make_visit(division=builders.VILLAGE_B)
	make_visit(planned_on=add_days(DAY, 1))
	set_status(make_visit(), "Cancelled")
	plan = make_plan(people)
	assert do(route_stops.fill, plan, people) == 1
	row = row_of(plan, here)
	assert (row.latitude, row.minutes, row.priority) == (pytest.approx(42.93), 40, 5)
	assert row.head_name.startswith("户主")
	assert do(route_stops.fill, plan, people) == 0


def test_a_visit_stands_in_one_plan_of_a_day(people):
	visit = make_visit()
	first, second = make_plan(people), make_plan(people, teams=0)
	do(route_stops.fill, first, people)
	assert do(route_stops.fill, second, people) == 0
	second.append("stops", {"visit": visit})
	with builders.acting_as(people.planner), pytest.raises(StopInvalid):
		second.save()


def test_a_visit_of_another_day_or_area_is_not_taken_in_by_hand(people):
	for visit in (make_visit(planned_on=add_days(DAY, 1)), make_visit(division=builders.OTHER_VILLAGE_A)):
		plan = make_plan(people, teams=0, division=builders.VILLAGE_A)
		plan.append("stops", {"visit": visit})
		with builders.acting_as(people.planner), pytest.raises(StopInvalid):
			plan.save()


def test_a_time_agreed_with_the_family_is_kept(people):
	visit = make_visit(2, 2)
	plan = make_plan(people)
	do(route_stops.fill, plan, people)
	row_of(plan, visit).update({"window_from": "10：00", "window_to": "10:30"})
	plan.save()
	do(routes.plan, plan, people)
	assert 600 <= times_of_day.minute(row_of(plan, visit).arrives_at) <= 630


@pytest.mark.parametrize("wrong", ["25:00", "9", "上午", "10:75"])
def test_a_time_that_is_none_is_refused(people, wrong):
	with pytest.raises(times_of_day.TimeUnreadable):
		make_plan(people, teams=0, note=wrong).update({"teams": [team(people, starts_at=wrong)]}).save()


# --- ordering -------------------------------------------------------------------------------------------
def test_a_plan_gives_every_visit_its_team_its_time_and_its_two_visitors(people):
	plan, names = planned(people)
	assert plan.status == "Planned" and not plan.unplaced and plan.total_kilometres > 0
	assert [row.sequence for row in plan.stops] == [1, 2, 3] == [row.idx for row in plan.stops]
	for name in names:
		row, visit = row_of(plan, name), frappe.get_doc("Home Visit", name)
		assert times_of_day.minute(visit.planned_start) == times_of_day.minute(row.arrives_at)
		assert visit.team() == people.officers[:2]
		assert [bool(one.leader) for one in visit.visitors] == [True, False]
	free = times_of_day.minute(plan.teams[0].starts_at)
	for row in plan.stops:
		assert times_of_day.minute(row.arrives_at) >= free + row.travel_minutes
		free = times_of_day.minute(row.leaves_at)
	assert plan.teams[0].visits == 3 and times_of_day.minute(plan.teams[0].back_at) <= 17 * 60


def test_ordering_again_without_a_change_saves_no_visit(people):
	plan, names = planned(people)
	before = frappe.db.get_value("Home Visit", names[0], "modified")
	do(routes.plan, plan, people)
	assert frappe.db.get_value("Home Visit", names[0], "modified") == before


def test_what_finds_no_room_is_named_with_the_reason(people):
	far = make_visit(200, 0)
	lost = make_visit(None)
	frappe.db.set_value("Administrative Division", builders.VILLAGE_A, {"latitude": 0, "longitude": 0})
	near = make_visit(division=builders.OTHER_VILLAGE_A)
	plan = make_plan(people)
	do(route_stops.fill, plan, people)
	do(routes.plan, plan, people)
	assert row_of(plan, near).team == "1组"
	assert not row_of(plan, far).team and _("too far or too long for the working hours") in plan.unplaced
	# It borrows the place of the far family of its village.
	assert not row_of(plan, lost).team
	assert len(plan.unplaced.splitlines()) == 2


def test_a_village_without_any_coordinates_is_reported(people):
	frappe.db.set_value("Administrative Division", builders.VILLAGE_A, {"latitude": 0, "longitude": 0})
	make_visit(None)
	plan = make_plan(people)
	do(route_stops.fill, plan, people)
	do(routes.plan, plan, people)
	assert (
		_("no coordinates; enter them in the household's file") in plan.unplaced
		and plan.total_kilometres == 0
	)


def test_the_urgent_come_first_when_the_day_is_short(people):
	urgent = make_visit(8, 8, purpose="Complaint")
	for _number in range(4):
		make_visit(0, 1)
	plan = make_plan(people, teams=0)
	plan.append("teams", team(people, ends_at="10:30:00"))
	plan.save()
	do(route_stops.fill, plan, people)
	do(routes.plan, plan, people)
	assert (
		row_of(plan, urgent).team and _("the day is full; add a team or choose another day") in plan.unplaced
	)


def test_nothing_is_planned_without_teams_or_stops(people):
	plan = make_plan(people, teams=0)
	with pytest.raises(NothingToPlan):
		do(routes.plan, plan, people)
	plan = make_plan(people)
	with pytest.raises(NothingToPlan):
		do(routes.plan, plan, people)


def test_a_large_day_goes_to_a_background_job(people, monkeypatch):
	make_visit()
	plan = make_plan(people)
	do(route_stops.fill, plan, people)
	monkeypatch.setattr(routes, "INLINE_STOPS", 0)
	jobs = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **values: jobs.append((method, values)))
	assert do(routes.plan, plan, people) == {"queued": 1}
	method, values = jobs[0]
	assert values["deduplicate"] and values["enqueue_after_commit"]
	with builders.acting_as(people.planner):
		frappe.get_attr(method)(plan.name, values["resume_at"])
	plan.reload()
	assert plan.status == "Planned" and plan.stops[0].team


def test_without_the_library_staff_are_told_what_to_install_and_times_can_still_be_computed(
	people, monkeypatch
):
	visit = make_visit()
	plan = make_plan(people)
	do(route_stops.fill, plan, people)
	importing = builtins.__import__

	def refuse(name, *args, **kwargs):
		if name.startswith("ortools"):
			raise ImportError(name)
		return importing(name, *args, **kwargs)

	monkeypatch.setattr(builtins, "__import__", refuse)
	with pytest.raises(RoutesUnavailable, match="ortools"):
		do(routes.plan, plan, people)
	plan.reload()
	row_of(plan, visit).team = "1组"
	plan.save()
	do(routes.retime, plan, people)
	assert row_of(plan, visit).arrives_at


# --- by hand --------------------------------------------------------------------------------------------
def test_an_order_set_by_hand_is_timed_as_it_stands(people):
	plan, _names = planned(people)
	wanted = [row.visit for row in plan.stops][::-1]
	plan.stops = plan.stops[::-1]
	for number, row in enumerate(plan.stops, start=1):
		row.idx = number
	with builders.acting_as(people.planner):
		plan.save()
	assert plan.status == "Draft"
	do(routes.retime, plan, people)
	assert plan.status == "Planned"
	assert [row.visit for row in plan.stops] == wanted and [row.sequence for row in plan.stops] == [1, 2, 3]


def test_an_order_that_breaks_the_hours_is_refused(people):
	plan, _names = planned(people)
	plan.teams[0].ends_at = "09:00:00"
	with builders.acting_as(people.planner):
		plan.save()
	with pytest.raises(OrderImpossible, match="户主"):
		do(routes.retime, plan, people)


def test_times_and_status_sent_by_a_client_are_put_back(people):
	plan, names = planned(people)
	before = row_of(plan, names[0]).arrives_at
	with builders.acting_as(people.planner):
		plan.update({"status": "Released", "total_kilometres": 1})
		row_of(plan, names[0]).update({"arrives_at": "06:00:00", "sequence": 9, "latitude": 1})
		plan.teams[0].kilometres = 1
		plan.save()
	plan.reload()
	row = row_of(plan, names[0])
	assert plan.status == "Planned" and plan.total_kilometres != 1 and plan.teams[0].kilometres != 1
	assert (row.arrives_at, row.sequence != 9, row.latitude > 42) == (before, True, True)


# --- teams ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
	"change",
	[
		lambda plan, people: plan.teams[0].update({"officer_2": people.officers[0]}),
		lambda plan, people: plan.append("teams", team(people, 1, officer_2=people.officers[0])),
		lambda plan, people: plan.append("teams", team(people, 1, team_name="1组")),
		lambda plan, people: plan.teams[0].update({"ends_at": "08:00:00"}),
		lambda plan, people: frappe.db.set_value("Visit Officer", people.officers[1], "active", 0),
	],
)
def test_a_team_is_two_officers_on_duty_in_no_other_team(people, change):
	plan = make_plan(people)
	change(plan, people)
	with builders.acting_as(people.planner), pytest.raises(TeamInvalid):
		plan.save()


def test_an_officer_goes_with_one_team_a_day_across_plans(people):
	make_plan(people)
	with pytest.raises(TeamInvalid):
		make_plan(people)
	assert make_plan(people, planned_on=add_days(DAY, 1))


# --- when the day changes -------------------------------------------------------------------------------
def test_a_visit_under_way_is_not_planned_again_from_scratch(people):
	plan, names = planned(people)
	set_status(names[0], "Under Way", check_in_at=f"{DAY} 09:00:00")
	with pytest.raises(VisitAlreadyBegun):
		do(routes.plan, plan, people)


def test_planning_the_rest_keeps_what_has_begun_and_drops_what_was_cancelled(people):
	plan, _names = planned(people, count=4)
	first, second = plan.stops[0], plan.stops[1]
	kept = (first.team, first.sequence, first.arrives_at, first.leaves_at)
	set_status(first.visit, "Under Way", check_in_at=f"{DAY} 08:45:00")
	with builders.acting_as(people.planner):
		visits.cancel(second.visit, "户主住院")
	with pytest.raises(ReasonMissing):
		do(routes.replan, plan, people, " ")
	do(routes.replan, plan, people, "大雪", resume_at="13:30:00")
	again, cancelled = row_of(plan, first.visit), row_of(plan, second.visit)
	assert (again.team, again.sequence, again.arrives_at, again.leaves_at) == kept
	assert not cancelled.team and _("the visit was cancelled") in plan.unplaced
	rest = [row for row in plan.stops if row.team and row.visit != first.visit]
	assert [row.sequence for row in rest] == [2, 3]
	assert all(times_of_day.minute(row.arrives_at) >= 13 * 60 + 30 for row in rest)
	assert frappe.db.exists("Comment", {"reference_name": plan.name, "content": ("like", "%大雪%")})


def test_a_visit_moved_to_another_day_leaves_the_plan_and_can_join_another(people):
	plan, names = planned(people)
	with builders.acting_as(people.planner):
		visits.reschedule(names[0], add_days(DAY, 1), "道路中断")
	do(routes.replan, plan, people, "道路中断")
	assert _("the visit was moved to another day") in plan.unplaced and not row_of(plan, names[0]).team
	other = make_plan(people, planned_on=add_days(DAY, 1))
	assert do(route_stops.fill, other, people) == 1


def test_a_visit_that_is_not_planned_any_more_gets_no_new_time(people):
	visit = make_visit()
	set_status(visit, "Finished")
	with pytest.raises(VisitAlreadyBegun):
		routes.assign(visit, "09:00:00", people.officers[:2])


# --- handing out ----------------------------------------------------------------------------------------
def test_a_released_plan_reaches_the_officers_and_a_change_takes_it_back(people):
	plan, names = planned(people)
	told = do(route_release.release, plan, people)
	assert told == {"told": ["走访员0"], "untold": ["走访员1"]}
	assert plan.status == "Released"
	assert frappe.db.exists("Notification Log", {"document_name": plan.name, "for_user": people.planner})
	with builders.acting_as(people.planner):
		row_of(plan, names[0]).minutes = 90
		plan.save()
	assert plan.status == "Draft"


def test_only_a_planned_route_is_released(people):
	make_visit()
	plan = make_plan(people)
	do(route_stops.fill, plan, people)
	with pytest.raises(NotYetPlanned):
		do(route_release.release, plan, people)


def test_the_sheet_has_a_page_per_team_with_masked_numbers(people):
	household = builders.make_household(builders.VILLAGE_A, 1, name="印刷户")
	household.update({"latitude": SEAT[0], "longitude": SEAT[1]})
	household.save()
	frappe.get_doc({"doctype": "Home Visit", "household": household.name, "planned_on": DAY}).insert()
	frappe.db.set_value("Recipient", household.head, "phone", "138****0001")
	plan = make_plan(people)
	do(route_stops.fill, plan, people)
	do(routes.plan, plan, people)
	with builders.acting_as(people.planner):
		html = frappe.get_print(PLAN, plan.name, "Route Sheet")
	assert html.count("<h1>走访路线单</h1>") == 1
	assert "138****0001" in html and "印刷户甲" in html and "起点" in html


# --- whose it is ----------------------------------------------------------------------------------------
def test_the_neighbour_township_sees_and_opens_nothing(people):
	plan, names = planned(people)
	with builders.acting_as(people.neighbour):
		assert plan.name not in frappe.get_list(PLAN, pluck="name")
		assert not frappe.get_list("Route Stop", parent_doctype=PLAN, pluck="name")
		assert not frappe.get_list("Route Team", parent_doctype=PLAN, pluck="name")
		for function in (route_stops.fill, routes.plan, routes.retime, route_release.release):
			with pytest.raises(frappe.PermissionError):
				function(plan.name)
		with pytest.raises(frappe.PermissionError):
			routes.replan(plan.name, "理由")
		# Frappe's print view does not even tell strangers that there is such a plan.
		with pytest.raises((frappe.PermissionError, frappe.DoesNotExistError)):
			frappe.get_print(PLAN, plan.name, "Route Sheet")


def test_a_plan_for_a_strangers_township_is_refused(people):
	with pytest.raises(frappe.PermissionError):
		make_plan(people, teams=0, user=people.neighbour)


def test_a_strangers_visit_is_not_taken_in_by_its_number(people):
	visit = make_visit()
	plan = make_plan(people, teams=0, user=people.neighbour, division=builders.TOWNSHIP_B)
	plan.append("stops", {"visit": visit})
	with builders.acting_as(people.neighbour), pytest.raises(LinkOutOfScope):
		plan.save()


def test_a_plan_is_never_deleted(people):
	with pytest.raises(frappe.ValidationError):
		make_plan(people, teams=0).delete()
