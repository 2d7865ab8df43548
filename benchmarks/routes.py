"""Routes for sixty visits by five teams, against what OR-Tools finds when used as its own manual shows."""

from __future__ import annotations

import random
from time import perf_counter
from typing import TYPE_CHECKING

from socaid_app.field_visits import routing
from socaid_app.field_visits.routing import Stop, Team

if TYPE_CHECKING:
	from benchmarks.measure import Table

SECONDS_BAR, LENGTH_BAR = 10.0, 1.0
VISITS, TEAMS, MINUTES = 60, 5, 20
# An invented township seat, and how far its villages lie around it, in degrees.
SEAT, NORTH, EAST = (42.92, 125.21), 0.15, 0.20


def routes(table: Table) -> None:
	teams, stops = day()
	began = perf_counter()
	ours = routing.plan(teams, stops)
	seconds = perf_counter() - began
	began = perf_counter()
	theirs = routing.reference(teams, stops)
	reference_seconds = perf_counter() - began
	size = f"{VISITS} visits, {TEAMS} teams"
	table.add("routes: seconds", size, f"{seconds:.1f} s", seconds, SECONDS_BAR)
	table.add(
		"routes: reference of the library",
		size,
		f"{reference_seconds:.1f} s, {theirs.kilometres:.1f} km, {len(theirs.unplaced)} left out",
	)
	# A plan is not shorter for leaving visits out.
	shorter = len(ours.unplaced) <= len(theirs.unplaced)
	table.add(
		"routes: length against the reference",
		size,
		f"{ours.kilometres:.1f} km, {len(ours.unplaced)} left out",
		ours.kilometres / theirs.kilometres if shorter else float("inf"),
		LENGTH_BAR,
	)


def day(seed: int = 3, visits: int = VISITS, teams: int = TEAMS, minutes: int = MINUTES) -> tuple[list, list]:
	"""An invented day: homes scattered around the seat, every fifteenth with an agreed time."""
	dice = random.Random(seed)
	stops = [
		Stop(
			f"visit {number:03}",
			minutes,
			dice.choice((1, 1, 1, 2, 3)),
			(SEAT[0] + dice.uniform(-NORTH, NORTH), SEAT[1] + dice.uniform(-EAST, EAST)),
			window=(600, 630) if number % 15 == 0 else None,
		)
		for number in range(visits)
	]
	return [Team(f"team {n}", 510, 1020, SEAT, SEAT) for n in range(teams)], stops
