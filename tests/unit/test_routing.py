"""A day's rounds: hours and lunch are kept, nobody is lost, the urgent come first, the way is short."""

import builtins

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.routes import day
from socaid_app.field_visits import routing
from socaid_app.field_visits.routing import Conditions, Stop, Team

SEAT = (42.92, 125.21)
NEAR, FAR = (42.93, 125.22), (43.00, 125.40)
ALL_DAY = Team("一组", 510, 1020, SEAT, SEAT)
WITH_LUNCH = Conditions()


def at(north: float, east: float) -> tuple[float, float]:
	"""A place so many hundredths of a degree from the seat."""
	return SEAT[0] + north / 100, SEAT[1] + east / 100


def check(plan, teams, stops, conditions=WITH_LUNCH):
	"""What holds for every plan."""
	names = [call.stop for one in plan.rounds for call in one.calls]
	assert len(names) == len(set(names)), "a stop is visited twice"
	assert sorted(names + list(plan.unplaced)) == sorted(stop.name for stop in stops), "a stop is lost"
	known = {stop.name: stop for stop in stops}
	for team, one in zip(teams, plan.rounds, strict=True):
		assert not one.late and (not one.calls or one.back <= team.ends)
		free = team.starts
		for call in one.calls:
			stop = known[call.stop]
			assert call.arrives >= free + call.travel, "overlaps the visit or the way before"
			assert call.leaves == call.arrives + stop.minutes
			if stop.window:
				assert stop.window[0] <= call.arrives <= stop.window[1]
			if conditions.lunch:
				assert call.leaves <= conditions.lunch[0] or call.arrives >= conditions.lunch[1]
			free = call.leaves


# --- the timetable ------------------------------------------------------------------------------------
def test_the_way_is_the_great_circle_times_the_road_factor():
	# A degree of latitude is 111.2 km on a sphere of 6371 km.
	assert routing.kilometres((42.0, 125.0), (43.0, 125.0)) == pytest.approx(111.19 * 1.35, abs=0.1)
	assert routing.kilometres(SEAT, SEAT) == 0


def test_travel_is_rounded_up_to_whole_minutes():
	assert routing.minutes_for(15.0, 30) == 30
	assert routing.minutes_for(15.1, 30) == 31
	assert routing.minutes_for(0, 30) == 0


def test_a_visit_that_would_run_into_lunch_waits_until_one():
	team = Team("一组", 11 * 60, 1020)
	one = routing.follow(team, [Stop("a", 40, position=NEAR), Stop("b", 40, position=NEAR)])
	assert [(call.arrives, call.leaves) for call in one.calls] == [(660, 700), (780, 820)]


def test_lunch_interrupts_a_journey():
	team = Team("一组", 11 * 60 + 50, 1020, SEAT)
	there = at(6.0, 0)
	travel = routing.minutes_for(routing.kilometres(SEAT, there), 30)
	one = routing.follow(team, [Stop("a", 30, position=there)])
	assert travel > 10 and one.calls[0].arrives == 710 + travel + 60


def test_without_a_lunch_break_the_day_goes_on():
	team = Team("一组", 11 * 60 + 50, 1020)
	one = routing.follow(team, [Stop("a", 30, position=NEAR)], Conditions(lunch=None))
	assert one.calls[0].arrives == 710


def test_an_agreed_time_is_waited_for_and_a_missed_one_is_named():
	waits = routing.follow(ALL_DAY, [Stop("a", 30, position=NEAR, window=(600, 630))])
	assert waits.calls[0].arrives == 600 and not waits.late
	missed = routing.follow(
		ALL_DAY,
		[Stop("b", 120, position=NEAR), Stop("a", 30, position=NEAR, window=(600, 630))],
	)
	assert missed.late == ("a",)


def test_coming_home_after_hours_makes_the_last_visit_late():
	team = Team("一组", 510, 600, SEAT, SEAT)
	assert routing.follow(team, [Stop("a", 85, position=SEAT)]).late == ()
	assert routing.follow(team, [Stop("a", 85, position=at(5, 0))]).late == ("a",)


# --- the plan -----------------------------------------------------------------------------------------
def test_a_day_is_planned_without_overlap_within_hours_and_complete():
	teams, stops = day(seed=1, visits=18, teams=2, minutes=30)
	check(routing.plan(teams, stops), teams, stops)


def test_the_same_day_gives_the_same_plan_in_whatever_order_it_was_entered():
	teams, stops = day(seed=2, visits=14, teams=2, minutes=30)
	assert routing.plan(teams, stops) == routing.plan(teams, stops[::-1])


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("minutes", [20, 40])
def test_a_plan_is_never_worse_than_the_reference_of_the_library(seed, minutes):
	teams, stops = day(seed, visits=24, teams=2, minutes=minutes)
	ours, theirs = routing.plan(teams, stops), routing.reference(teams, stops)
	check(theirs, teams, stops)
	costs = dict(zip((stop.name for stop in stops), routing.penalties(teams, stops), strict=True))
	left_out = [sum(costs[name] for name in plan.unplaced) for plan in (ours, theirs)]
	assert left_out[0] <= left_out[1]
	if left_out[0] == left_out[1]:
		assert ours.kilometres <= theirs.kilometres + 0.05


def test_the_urgent_come_first_when_time_is_short_even_if_they_live_farther_away():
	team = Team("一组", 510, 720, SEAT, SEAT)
	near = [Stop(f"near {n}", 50, 1, NEAR) for n in range(5)]
	urgent = [Stop("urgent 1", 50, 5, at(5, 5)), Stop("urgent 2", 50, 3, at(-5, 5))]
	plan = routing.plan([team], near + urgent)
	assert {"urgent 1", "urgent 2"} <= plan.placed
	assert plan.unplaced and set(plan.unplaced.values()) == {routing.TIME_SHORT}


def test_one_urgent_visit_outweighs_all_the_less_urgent():
	team = Team("一组", 510, 690)
	stops = [Stop(f"short {n}", 30, 1, NEAR) for n in range(6)] + [Stop("long", 170, 2, NEAR)]
	assert routing.plan([team], stops).placed == {"long"}


def test_a_stop_without_coordinates_follows_its_village():
	stops = [
		Stop("known", 30, position=at(3, 3), village="甲村"),
		Stop("elsewhere", 30, position=at(-4, -4), village="乙村"),
		Stop("unknown", 30, village="甲村"),
	]
	plan = routing.plan([ALL_DAY], stops)
	order = [call.stop for call in plan.rounds[0].calls]
	assert not plan.unplaced and abs(order.index("known") - order.index("unknown")) == 1


def test_a_village_without_any_coordinates_is_reported():
	plan = routing.plan([ALL_DAY], [Stop("a", 30, village="丙村"), Stop("b", 30)])
	assert plan.unplaced == {"a": routing.NO_COORDINATES, "b": routing.NO_COORDINATES}


def test_what_no_team_could_ever_visit_is_told_apart_from_a_short_day():
	stops = [
		Stop("night", 30, position=NEAR, window=(1100, 1130)),
		Stop("endless", 600, position=NEAR),
		Stop("next county", 30, position=(45.0, 125.0)),
		Stop("fine", 30, position=NEAR),
	]
	plan = routing.plan([ALL_DAY], stops)
	assert plan.unplaced == {
		"night": routing.AGREED_TIME,
		"endless": routing.TOO_LONG,
		"next county": routing.TOO_LONG,
	}


def test_a_day_without_stops_is_a_plan_of_empty_rounds():
	plan = routing.plan([ALL_DAY], [])
	assert plan.rounds[0].calls == () and plan.kilometres == 0 and not plan.unplaced


def test_a_team_whose_start_is_unknown_begins_at_its_first_stop():
	plan = routing.plan([Team("一组", 510, 1020)], [Stop("a", 30, position=NEAR)])
	assert (plan.rounds[0].calls[0].arrives, plan.kilometres) == (510, 0)


def test_without_the_library_the_error_says_so(monkeypatch):
	importing = builtins.__import__

	def refuse(name, *args, **kwargs):
		if name.startswith("ortools"):
			raise ImportError(name)
		return importing(name, *args, **kwargs)

	monkeypatch.setattr(builtins, "__import__", refuse)
	with pytest.raises(routing.RoutingLibraryMissing):
		routing.plan([ALL_DAY], [Stop("a", 30, position=NEAR)])
	# A timetable needs no search.
	assert routing.follow(ALL_DAY, [Stop("a", 30, position=NEAR)]).calls


# --- whatever the day looks like ----------------------------------------------------------------------
places = st.builds(at, st.integers(-15, 15), st.integers(-15, 15))
some_stops = st.lists(
	st.builds(
		lambda minutes, priority, position, village, window: (minutes, priority, position, village, window),
		st.sampled_from([20, 45, 90, 400]),
		st.integers(0, 5),
		st.none() | places,
		st.sampled_from(["", "甲村", "乙村"]),
		st.none() | st.integers(480, 1000).map(lambda start: (start, start + 30)),
	),
	max_size=7,
)
some_teams = st.lists(
	st.tuples(st.integers(480, 800), st.integers(600, 1080), st.none() | places), min_size=1, max_size=2
)


@settings(max_examples=40, deadline=None)
@given(some_teams, some_stops, st.sampled_from([routing.LUNCH, None]))
def test_every_plan_keeps_the_hours_and_loses_nobody(hours, days, lunch):
	teams = [
		Team(f"{number}组", min(starts, ends), ends, place, place)
		for number, (starts, ends, place) in enumerate(hours)
	]
	stops = [Stop(f"{number}", *values) for number, values in enumerate(days)]
	conditions = Conditions(lunch=lunch)
	check(routing.plan(teams, stops, conditions, time_limit=2), teams, stops, conditions)
