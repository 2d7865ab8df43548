"""The county as a stream of families: number, place, people, benefits, and the case some of them have.

Family ``n`` depends on the seed, on ``today`` and on ``n`` only (and its running numbers on the families
before it), so a county of a thousand families is the beginning of one of a hundred thousand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from socaid_app.policy import terms
from socaid_demo import benefit_history, case_tales, database_rows, families, scenarios
from socaid_demo import county_villages as places
from socaid_demo.benefit_history import History, Rules
from socaid_demo.county_staff import Desk, StaffMember
from socaid_demo.county_villages import JIASHAN, JINZHOU, Village
from socaid_demo.invented_numbers import IdNumbers

# How many families of a hundred receive what.
RURAL_MIX = {terms.DIBAO: 66, terms.TEKUN: 16, terms.EDGE: 8, terms.RIGID: 4, terms.TEMPORARY: 6}
URBAN_MIX = {terms.DIBAO: 70, terms.TEKUN: 8, terms.EDGE: 10, terms.RIGID: 5, terms.TEMPORARY: 7}
URBAN_SHARE = 0.14
# Relative size of the townships; the two whose villages are known are shown most.
WEIGHTS = {JIASHAN: 3.0, JINZHOU: 2.0, places.COUNTY_SEAT: 1.6}


@dataclass(frozen=True)
class Plan:
	seed: int
	today: date
	snapshots: bool = True


class Population:
	"""Generates families one by one into a :class:`rows.Book`."""

	def __init__(self, plan: Plan, rules: Rules, staff: list[StaffMember]):
		self.plan, self.rules, self.staff = plan, rules, staff
		self.book = database_rows.Book()
		self.villages = places.villages(plan.seed)
		self._ids = IdNumbers()
		self._people = 0
		self._by_place: dict[tuple[str, str], list[Village]] = {}
		for village in self.villages:
			self._by_place.setdefault((village.township, village.area), []).append(village)
		self._townships = list(places.townships())
		self._weights = [WEIGHTS.get(code, 1.0) for code in self._townships]
		self._desks = {code: Desk(staff, code) for code in self._townships}

	def families(self, count: int, first: int = 0) -> Iterator[int]:
		"""Yield the number of every family once its rows are in the book.

		A county that grows is built from the start, since later running numbers follow from earlier families;
		families before ``first`` are spared the costly snapshots.
		"""
		for index in range(count):
			self._one(index, snapshots=self.plan.snapshots and index >= first)
			yield index

	def _one(self, index: int, snapshots: bool) -> None:
		rng = Random(f"{self.plan.seed}:{index}")
		scenario = scenarios.scenario_for(index)
		village = self._village(rng, index, scenario)
		desk = self._desks[village.township]
		if scenario:
			family = case_tales.applicant_family(rng, index, scenario, village, self.plan.today)
		else:
			scheme = self._scheme(rng, village)
			family = families.make_family(rng, index, scheme, village, self.plan.today)
		self._number(family)
		case, history = None, History()
		if scenario:
			case = case_tales.Teller(rng, family, scenario, desk, self.plan.today, self.rules).tell()
			if case.segment:
				history.segments.append(case.segment)
		else:
			history = benefit_history.build(rng, family, scheme, self.plan.today, self.rules)
		self._write(rng, family, history, case, village, desk, snapshots)

	def _village(self, rng: Random, index: int, scenario) -> Village:
		township = scenarios.township_for(index) or rng.choices(self._townships, self._weights)[0]
		urban = (township, terms.URBAN) in self._by_place and rng.random() < URBAN_SHARE * 1.4
		if scenario and scenario.scheme == terms.RIGID:
			urban = urban and rng.random() < 0.5
		return rng.choice(self._by_place[township, terms.URBAN if urban else terms.RURAL])

	def _scheme(self, rng: Random, village: Village) -> str:
		mix = URBAN_MIX if village.area == terms.URBAN else RURAL_MIX
		return rng.choices(list(mix), list(mix.values()))[0]

	def _number(self, family: families.Family) -> None:
		for person in family.persons:
			self._people += 1
			person.number = self._people
			person.id_number = self._ids.next(person.born, person.sex)

	def _write(
		self, rng: Random, family, history: History, case, village: Village, desk: Desk, snapshots: bool
	) -> None:
		today = self.plan.today
		registered = self._registered_on(history, case)
		formed = registered - timedelta(days=rng.randrange(400, 4000))
		for person in family.persons:
			person.joined_on = max(formed, person.born)
		user = desk.township("officer1")
		database_rows.add_family(
			self.book,
			family,
			history,
			village,
			places.townships()[village.township],
			registered,
			self._modified(rng, registered, history, case),
			user,
			today,
		)
		if case:
			database_rows.add_case(self.book, case, desk, today)
		else:
			database_rows.add_history(self.book, family, history, self.rules, user, today, snapshots)

	def _registered_on(self, history: History, case) -> date:
		if case:
			return case.applied_on
		return history.segments[0].decided_on if history.segments else self.plan.today

	def _modified(self, rng: Random, registered: date, history: History, case) -> datetime:
		"""The last day something happened to the family, at some minute of it."""
		days = [
			registered,
			*(change.on for change in history.changes),
			*(one.decided_on for one in history.segments),
		]
		if history.closed_on:
			days.append(history.closed_on)
		last = min(max(days), self.plan.today)
		return database_rows.morning(last, rng.randrange(0, 480)) + timedelta(
			seconds=rng.randrange(60), microseconds=rng.randrange(10**6)
		)
