"""A day's home visits put into an order: which team goes where, when, and what the day is too short for.

Plain data in, plain data out; nothing here knows of Frappe. Times are whole minutes since midnight, lengths
kilometres, positions (latitude, longitude) in degrees. OR-Tools searches; the timetable is then reckoned by
:func:`follow`, which also serves an order that staff set by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import asin, ceil, cos, radians, sin, sqrt
from time import perf_counter

Position = tuple[float, float]

EARTH_RADIUS = 6371.0
# Roads are longer than the straight line: by 1.26 on average in South Korea, by 1.44 in its mountain province
# (Kim, Shin, Lee and Suh, J. Korean Soc. Agric. Eng. 57(4), 2015). A county of hills lies between.
ROAD_FACTOR = 1.35
LUNCH = (12 * 60, 13 * 60)
DAY = 24 * 60

# Why a stop is in nobody's round.
NO_COORDINATES = "no coordinates"
AGREED_TIME = "agreed time cannot be kept"
TOO_LONG = "too long for any team"
TIME_SHORT = "time is short"

# The search ends after this many improvements tried, not after so many seconds, so that the same day gives the
# same plan on a slow machine too; the time limit is only the emergency brake.
SOLUTIONS = 300
TRIES = 50_000
# Different ways to begin besides the reference, because none is best on every day; each is quickly tried.
REFERENCE = "PATH_CHEAPEST_ARC"
STRATEGIES = (
	"PARALLEL_CHEAPEST_INSERTION",
	"LOCAL_CHEAPEST_INSERTION",
	"SAVINGS",
	"GLOBAL_CHEAPEST_ARC",
)
# The library reckons with 64 bits; beyond, priorities of a very large day would count alike.
MOST = 2**61


class RoutingLibraryMissing(RuntimeError):
	"""OR-Tools is not installed, or not in a version that fits."""


class NothingFound(RuntimeError):
	"""The time limit was too short for any plan at all."""


@dataclass(frozen=True)
class Team:
	"""``start`` is where the day begins (nothing: at its first stop), ``home`` where it ends."""

	name: str
	starts: int
	ends: int
	start: Position | None = None
	home: Position | None = None


@dataclass(frozen=True)
class Stop:
	"""One visit. A higher ``priority`` goes first; ``window`` is the earliest and the latest beginning agreed."""

	name: str
	minutes: int
	priority: int = 1
	position: Position | None = None
	village: str = ""
	window: tuple[int, int] | None = None


@dataclass(frozen=True)
class Call:
	"""A stop with its times: ``arrives`` is when the visit begins, after waiting for lunch or an agreed time."""

	stop: str
	arrives: int
	leaves: int
	travel: int
	kilometres: float


@dataclass(frozen=True)
class Round:
	"""A team's day. ``kilometres`` and ``back`` include the way home; ``late`` names stops it cannot keep."""

	team: str
	calls: tuple[Call, ...]
	kilometres: float
	back: int
	late: tuple[str, ...] = ()

	@property
	def travel(self) -> int:
		return sum(call.travel for call in self.calls)


@dataclass(frozen=True)
class Plan:
	"""``unplaced`` gives the reason per stop; every stop is in a round or here."""

	rounds: tuple[Round, ...]
	unplaced: dict[str, str]

	@property
	def kilometres(self) -> float:
		return sum(one.kilometres for one in self.rounds)

	@property
	def placed(self) -> set[str]:
		return {call.stop for one in self.rounds for call in one.calls}


@dataclass(frozen=True)
class Conditions:
	"""``speed`` in km/h; ``lunch`` is nobody's visiting or travelling time."""

	speed: float = 30.0
	lunch: tuple[int, int] | None = LUNCH


def kilometres(a: Position | None, b: Position | None) -> float:
	"""By road, from the great circle; from or to nowhere in particular the way is not counted."""
	if not a or not b:
		return 0.0
	(lat1, lon1), (lat2, lon2) = [tuple(map(radians, point)) for point in (a, b)]
	chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
	return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(chord))) * ROAD_FACTOR


def minutes_for(distance: float, speed: float) -> int:
	"""Rounded up: being told to be there early is better than coming late."""
	return ceil(round(distance / speed * 60, 6))


def follow(team: Team, stops: Sequence[Stop], conditions: Conditions = Conditions()) -> Round:
	"""The timetable of ``stops`` in the order given, as early as possible.

	Nothing is refused here: whatever ends too late or misses its agreed time is named in ``Round.late``.
	"""
	now, here, total = _after_lunch(team.starts, conditions), team.start, 0.0
	calls, late = [], []
	for stop in stops:
		way = kilometres(here, stop.position)
		travel = minutes_for(way, conditions.speed)
		begin = _begin(_on_the_road(now, travel, conditions), stop, conditions)
		now = begin + stop.minutes
		if now > team.ends or (stop.window and begin > stop.window[1]):
			late.append(stop.name)
		calls.append(Call(stop.name, begin, now, travel, round(way, 3)))
		here, total = stop.position or here, total + way
	if calls:
		way = kilometres(here, team.home)
		now, total = _on_the_road(now, minutes_for(way, conditions.speed), conditions), total + way
		if now > team.ends and stops[-1].name not in late:
			late.append(stops[-1].name)
	return Round(team.name, tuple(calls), round(total, 3), now, tuple(late))


def _after_lunch(now: int, conditions: Conditions) -> int:
	lunch = conditions.lunch
	return lunch[1] if lunch and lunch[0] <= now < lunch[1] else now


def _on_the_road(now: int, travel: int, conditions: Conditions) -> int:
	"""Lunch interrupts a journey."""
	now = _after_lunch(now, conditions) if travel else now
	lunch = conditions.lunch
	if lunch and now < lunch[0] < now + travel:
		return now + travel + lunch[1] - lunch[0]
	return now + travel


def _begin(now: int, stop: Stop, conditions: Conditions) -> int:
	"""A visit is not interrupted: one that would run into lunch waits until it is over."""
	begin = max(now, stop.window[0]) if stop.window else now
	lunch = conditions.lunch
	if lunch and begin < lunch[1] and begin + stop.minutes > lunch[0]:
		return lunch[1]
	return begin


def plan(
	teams: Sequence[Team],
	stops: Iterable[Stop],
	conditions: Conditions = Conditions(),
	time_limit: float = 8.0,
) -> Plan:
	"""The shortest rounds in which the most urgent stops find room.

	Urgent goes strictly before less urgent, then before short. A stop without coordinates stands with the
	nearest of its village; in a village without any it is reported. ``time_limit`` is in seconds.
	Raises :class:`RoutingLibraryMissing`, :class:`NothingFound`.
	"""
	return _complete(
		teams, stops, conditions, lambda candidates: _search(teams, candidates, conditions, time_limit)
	)


def reference(
	teams: Sequence[Team],
	stops: Iterable[Stop],
	conditions: Conditions = Conditions(),
	time_limit: float = 30.0,
) -> Plan:
	"""What the library finds when used as its manual shows; :func:`plan` starts from it and is never worse."""

	def textbook(candidates: list[Stop]) -> list[list[Stop]]:
		model = _Model(teams, candidates, conditions)
		return model.orders(model.solve(REFERENCE, time_limit))

	return _complete(teams, stops, conditions, textbook)


def _complete(
	teams: Sequence[Team],
	stops: Iterable[Stop],
	conditions: Conditions,
	search: Callable[[list[Stop]], list[list[Stop]]],
) -> Plan:
	"""Around a search: what cannot be visited at all before it, the timetable after it."""
	# Sorted, so that the plan does not depend on the order in which the day was entered.
	located, unplaced = _located(sorted(stops, key=lambda stop: stop.name))
	candidates = []
	for stop in located:
		reason = _impossible(stop, teams, conditions)
		if reason:
			unplaced[stop.name] = reason
		else:
			candidates.append(stop)
	orders = search(candidates) if candidates else [[] for _team in teams]
	rounds = tuple(follow(team, order, conditions) for team, order in zip(teams, orders, strict=True))
	placed = {stop.name for order in orders for stop in order}
	unplaced |= {stop.name: TIME_SHORT for stop in candidates if stop.name not in placed}
	return Plan(rounds, unplaced)


def _located(stops: list[Stop]) -> tuple[list[Stop], dict[str, str]]:
	"""Stops without coordinates borrow those of the first of their village that has some."""
	villages: dict[str, Position] = {}
	for stop in stops:
		if stop.position and stop.village:
			villages.setdefault(stop.village, stop.position)
	located = [
		stop if stop.position else replace(stop, position=villages.get(stop.village)) for stop in stops
	]
	lost = {stop.name: NO_COORDINATES for stop in located if not stop.position}
	return [stop for stop in located if stop.position], lost


def _impossible(stop: Stop, teams: Sequence[Team], conditions: Conditions) -> str:
	"""Why no team could visit this stop even if it had nothing else to do; '' if one could."""
	if any(not follow(team, [stop], conditions).late for team in teams):
		return ""
	if stop.window and any(not follow(team, [replace(stop, window=None)], conditions).late for team in teams):
		return AGREED_TIME
	return TOO_LONG


def _library() -> tuple:
	"""OR-Tools' routing and its constants."""
	try:
		from ortools.constraint_solver import pywrapcp, routing_enums_pb2
	# A protobuf of the wrong age fails with errors of its own.
	except Exception as error:
		raise RoutingLibraryMissing(str(error)) from error
	return pywrapcp, routing_enums_pb2


def _search(
	teams: Sequence[Team], stops: list[Stop], conditions: Conditions, time_limit: float
) -> list[list[Stop]]:
	ends = perf_counter() + time_limit
	model = _Model(teams, stops, conditions)
	best = None
	for strategy in (REFERENCE, *STRATEGIES):
		best = _better(best, model.solve(strategy, ends - perf_counter()))
	if not best:
		raise NothingFound
	return model.orders(_better(best, model.improve(best, ends - perf_counter())))


def _better(best, other):
	"""The cheaper of two solutions; either may be missing when the time ran out."""
	if not best or not other:
		return best or other
	return other if other.ObjectiveValue() < best.ObjectiveValue() else best


def penalties(teams: Sequence[Team], stops: Sequence[Stop]) -> list[int]:
	"""What leaving each stop out costs, in metres: more than all travel of the day, and one urgent stop more
	than all the less urgent together.
	"""
	places = {stop.position for stop in stops} | {
		place for team in teams for place in (team.start, team.home)
	}
	farthest = max((kilometres(a, b) for a in places for b in places), default=0)
	all_travel = 1 + round(farthest * 1000) * (len(stops) + 2 * len(teams))
	costs, so_far = {}, all_travel
	for level, count in sorted(Counter(stop.priority for stop in stops).items()):
		costs[level] = min(so_far, MOST // len(stops))
		so_far += count * costs[level]
	return [costs[stop.priority] for stop in stops]


class _Model:
	"""The day as OR-Tools sees it: nodes are the stops, then each team's start, then each team's home."""

	def __init__(self, teams: Sequence[Team], stops: Sequence[Stop], conditions: Conditions) -> None:
		self.library, self.enums = _library()
		self.teams, self.stops, self.conditions = teams, stops, conditions
		count, size = len(teams), len(stops)
		starts = list(range(size, size + count))
		homes = list(range(size + count, size + 2 * count))
		places = [stop.position for stop in stops]
		places += [team.start for team in teams] + [team.home for team in teams]
		ways = [[kilometres(a, b) for b in places] for a in places]
		self.metres = [[round(way * 1000) for way in row] for row in ways]
		self.travel = [[minutes_for(way, conditions.speed) for way in row] for row in ways]
		self.minutes = [stop.minutes for stop in stops] + [0] * 2 * count

		self.manager = self.library.RoutingIndexManager(size + 2 * count, count, starts, homes)
		self.routing = self.library.RoutingModel(self.manager)
		self._charge_metres()
		self._keep_hours()
		if conditions.lunch:
			self._keep_lunch_free()
		# A day with next to nothing to vary yields no further solutions: then the tries are counted.
		self.routing.AddSearchMonitor(self.routing.solver().FailuresLimit(TRIES))
		for node, penalty in enumerate(penalties(teams, stops)):
			self.routing.AddDisjunction([self.manager.NodeToIndex(node)], penalty)

	def _charge_metres(self) -> None:
		self.routing.SetArcCostEvaluatorOfAllVehicles(self.routing.RegisterTransitMatrix(self.metres))

	def _keep_hours(self) -> None:
		transit = self.routing.RegisterTransitMatrix(
			[[visit + way for way in row] for visit, row in zip(self.minutes, self.travel, strict=True)]
		)
		self.routing.AddDimension(transit, DAY, DAY, False, "time")
		self.time = self.routing.GetDimensionOrDie("time")
		for node, stop in enumerate(self.stops):
			if stop.window:
				self.time.CumulVar(self.manager.NodeToIndex(node)).SetRange(*stop.window)
		for vehicle, team in enumerate(self.teams):
			hours = (team.starts, max(team.starts, team.ends))
			self.time.CumulVar(self.routing.Start(vehicle)).SetRange(*hours)
			self.time.CumulVar(self.routing.End(vehicle)).SetRange(*hours)

	def _keep_lunch_free(self) -> None:
		visiting = [self.minutes[self.manager.IndexToNode(index)] for index in range(self.routing.Size())]
		for vehicle, team in enumerate(self.teams):
			begins, ends = (
				max(self.conditions.lunch[0], team.starts),
				min(self.conditions.lunch[1], team.ends),
			)
			if begins < ends:
				lunch = self.routing.solver().FixedDurationIntervalVar(
					begins, begins, ends - begins, False, f"lunch {vehicle}"
				)
				self.time.SetBreakIntervalsOfVehicle([lunch], vehicle, visiting)

	def solve(self, strategy: str, seconds: float):
		"""A first solution and the library's default descent from it; None when the time ran out."""
		search = self._parameters(seconds)
		search.first_solution_strategy = getattr(self.enums.FirstSolutionStrategy, strategy)
		return self.routing.SolveWithParameters(search)

	def improve(self, solution, seconds: float):
		search = self._parameters(seconds)
		search.local_search_metaheuristic = self.enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
		search.solution_limit = SOLUTIONS
		return self.routing.SolveFromAssignmentWithParameters(solution, search)

	def _parameters(self, seconds: float):
		search = self.library.DefaultRoutingSearchParameters()
		search.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
		return search

	def orders(self, solution) -> list[list[Stop]]:
		"""The stops per team in the order of the solution."""
		if not solution:
			return [[] for _team in self.teams]
		orders = []
		for vehicle in range(len(self.teams)):
			index, order = solution.Value(self.routing.NextVar(self.routing.Start(vehicle))), []
			while not self.routing.IsEnd(index):
				order.append(self.stops[self.manager.IndexToNode(index)])
				index = solution.Value(self.routing.NextVar(index))
			orders.append(order)
		return orders
