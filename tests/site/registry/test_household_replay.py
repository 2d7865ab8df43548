"""Whatever is done to households and taken back, and whatever a roster brings or takes away: one home for a person on any
day, nothing paid twice, and what a page tells of a day is what a replay of the actions gives.

The replay knows nothing of the app's records: it carries out, in the order of their days, the actions that were accepted
and not taken back, on sets of names.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from time import monotonic

import frappe
import pytest
from frappe.utils import add_days, getdate, today
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from socaid_app.moving_in import roster_records as rosters
from socaid_app.policy import terms
from socaid_app.socaid_app import entitlements, household_actions, life_events, registry
from socaid_app.socaid_app.doctype.circumstance_change.circumstance_change import accept, take_back
from tests import builders
from tests.builders import rosters as make

CHANGE = "Circumstance Change"
# Seconds; what was not tried by then is left for another run.
ENOUGH = 45
LONG_AGO = 60
ACTIONS = some.lists(
	some.tuples(
		some.sampled_from(
			("add", "add", "leave", "leave", "move out", "marriage", "mistake", "head", "split", "merge")
			+ ("transfer", "joined", "undo", "undo", "undo event", "import", "undo import", "undo import")
		),
		some.integers(0, 5),
		some.integers(0, 5),
		some.integers(0, 30),
	),
	min_size=6,
	max_size=14,
)


# Events of a person's life by which somebody leaves.
EVENTS = {"move out": terms.MOVED_OUT, "marriage": terms.MARRIAGE}


@dataclass
class World:
	"""Households of the register, and what was done to them."""

	people: list[str]
	homes: list[str]
	reviewer: str
	team: object
	numbers: count = field(default_factory=count)
	tried: Counter = field(default_factory=Counter)
	imports: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
	founded: dict[str, dict[str, str]] = field(default_factory=dict)
	places: dict[str, str] = field(default_factory=dict)
	heads: dict[str, str] = field(default_factory=dict)
	done: dict[str, tuple] = field(default_factory=dict)

	def note(self, change: str, *action) -> None:
		self.done[change] = action

	# --- the replay ---------------------------------------------------------------------------------------
	def replay(self, day: str) -> dict[str, tuple]:
		"""Home → who lives there, its head, its place, on a day."""
		numbered = list(enumerate(self.done.values(), 1))
		mistakes = {
			(home, person): number
			for number, (_on, kind, home, person, *_rest) in numbered
			if kind == "mistake"
		}
		joined = {
			(home, person): rest[0]
			for _number, (_on, kind, home, person, *rest) in numbered
			if kind == "joined"
		}
		found: dict[str, set[str]] = {home: set() for home in self.homes}
		heads, places = dict(self.heads), dict(self.places)
		steps = [
			(joined.get((home, person), on), 0, "add", home, person)
			for home, persons in self.founded.items()
			for person, on in persons.items()
		]
		steps += [(on, number, *rest) for number, (on, *rest) in numbered]
		for on, number, kind, home, *rest in sorted(steps, key=lambda step: step[:2]):
			if on > day:
				continue
			if kind == "add":
				persons, into = {rest[0]}, home
			elif kind in ("split", "merge"):
				persons, into = set(rest[0]), rest[1]
				found[home] = set() if kind == "merge" else found[home] - persons
				places.setdefault(into, places[home])
				heads.setdefault(into, rest[2])
			else:
				persons, into = set(), home
			# whoever was entered by mistake later on never came by this
			found[into] |= {person for person in persons if mistakes.get((into, person), 0) < number + 1}
			if kind == "leave":
				found[home].discard(rest[0])
			elif kind == "head":
				heads[home] = rest[0]
			elif kind == "transfer":
				places[home] = rest[0]
		return {home: (found[home], heads.get(home), places.get(home)) for home in self.homes}

	def told(self, day: str) -> dict[str, tuple]:
		"""The same, as the pages tell it."""
		pages = {home: registry.household_as_of(home, day) for home in self.homes}
		return {
			home: ({row["recipient"] for row in page["members"]}, page["head"], page["division"])
			for home, page in pages.items()
		}


@pytest.fixture
def world(site):
	people = [builders.make_person(f"推{mark}{builders.digits()}").name for mark in "甲乙丙丁戊己"]
	team = make.team()
	founded, homes = {}, []
	start = add_days(today(), -LONG_AGO)
	for members in (people[:3], people[3:5]):
		household = registry.enter_household(
			{
				"head": members[0],
				"division": builders.VILLAGE_A,
				"members": [
					{"recipient": person, "kinship": "97" if number else "02", "joined_on": start}
					for number, person in enumerate(members)
				],
			}
		)
		founded[household.name] = dict.fromkeys(members, start)
		homes.append(household.name)
	builders.grant_benefit(frappe.get_doc("Recipient Household", homes[0]))
	found = World(people, homes, builders.make_user("County Approver"), team)
	found.founded = founded
	found.places = dict.fromkeys(homes, builders.VILLAGE_A)
	found.heads = {home: next(iter(founded[home])) for home in homes}
	return found


# --- one action -----------------------------------------------------------------------------------------------
def act(world: World, kind: str, one: int, two: int, ago: int) -> None:
	"""Ask for it, and confirm it where it has to be; what the app refuses is no part of the history."""
	frappe.db.savepoint("action")
	try:
		_act(world, kind, one, two, add_days(today(), -ago))
	except (frappe.ValidationError, frappe.PermissionError):
		frappe.db.rollback(save_point="action")
		frappe.clear_messages()


def _confirmed(answer: dict) -> str:
	if frappe.db.get_value(CHANGE, answer["change"], "status") == "To Review":
		accept(answer["change"])
	return answer["change"]


def _act(world: World, kind: str, one: int, two: int, day: str) -> None:
	home, other = (world.homes[number % len(world.homes)] for number in (one, two))
	person = world.people[two % len(world.people)]
	doc = frappe.get_doc("Recipient Household", home)
	present = [row.recipient for row in doc.present_members()]
	with builders.acting_as("Administrator"):
		if kind == "undo":
			return undo(world, one)
		if kind == "add":
			answer = household_actions.add_member(home, person, "97", day, reason="加入")
			action = (day, "add", home, person)
		elif kind == "leave":
			answer = household_actions.remove_member(home, person, day, "Other", "离开")
			action = (day, "leave", home, person)
		elif kind in EVENTS:
			others = [one for one in present if one != doc.head]
			if not others:
				return None
			person = others[two % len(others)]
			household_actions.remove_member(home, person, day, EVENTS[kind])
			return world.note(f"{kind} {next(world.numbers)}", day, "leave", home, person)
		elif kind == "undo event":
			return undo_event(world, one)
		elif kind == "import":
			return bring_in(world, one)
		elif kind == "undo import":
			return take_away(world, one)
		elif kind == "mistake":
			rows = [row for row in doc.members if row.recipient == person]
			if len(rows) != 1:
				return None
			answer = household_actions.remove_member(home, person, None, terms.ENTERED_BY_MISTAKE, "误登")
			action = (day, "mistake", home, person)
		elif kind == "joined":
			if world.founded.get(home, {}).get(person) is None or any(
				done[1] == "joined" and done[2:4] == (home, person) for done in world.done.values()
			):
				return None
			facts = [{"recipient": person, "fact": "Joined On", "value_after": day}]
			answer = household_actions.correct_entry(home, facts, "写错")
			action = ("0000", "joined", home, person, day)
		elif kind == "head":
			answer = household_actions.change_head(home, person, {}, "换户主", day)
			action = (day, "head", home, person)
		elif kind == "split":
			if person not in present:
				return None
			answer = household_actions.split(home, [person], person, {}, "分户", day)
			action = None
		elif kind == "merge":
			answer = household_actions.merge(home, other, {}, "合户", day)
			action = (day, "merge", home, present, other, None)
		else:
			place = builders.OTHER_VILLAGE_A if doc.division == builders.VILLAGE_A else builders.VILLAGE_A
			answer = household_actions.transfer(home, place, "迁居", day)
			action = (day, "transfer", home, place)
	with builders.acting_as(world.reviewer):
		change = _confirmed(answer)
	if kind == "split":
		opened = frappe.parse_json(frappe.db.get_value(CHANGE, change, "outcome"))["new"]
		world.homes.append(opened)
		action = (day, "split", home, [person], opened, person)
	world.note(change, *action)
	return None


def undo(world: World, number: int) -> None:
	changes = [name for name in world.done if frappe.db.exists(CHANGE, name)]
	if not changes:
		return
	name = changes[number % len(changes)]
	with builders.acting_as(world.reviewer):
		take_back(name, "办错了")
	del world.done[name]


def event_of(name: str) -> str | None:
	return EVENTS.get(name.rstrip("0123456789 "))


def undo_event(world: World, number: int) -> None:
	"""Whoever lives elsewhere by now has left all the same."""
	left = [name for name in world.done if event_of(name)]
	if not left:
		return
	name = left[number % len(left)]
	_day, _kind, home, person = world.done[name]
	now = world.replay(today())
	elsewhere = any(person in now[other][0] for other in world.homes if other != home)
	event = event_of(name)
	if sum(event_of(one) == event and world.done[one][3] == person for one in left) > 1:
		# twice gone in the same way: which one is meant is not asked here
		return
	life_events.undo(person, event, "没有发生")
	world.tried["undo event"] += 1
	if not elsewhere:
		del world.done[name]


def bring_in(world: World, number: int) -> None:
	"""A family of an old system, with its benefit."""
	made = make.written(world.team, make.couple(str(number)))
	rows = make.rows(made).values()
	(home,) = {row.household for row in rows}
	people = [row.recipient for row in rows]
	world.tried["import"] += 1
	world.imports[made.name] = (home, set(people))
	world.people, world.homes = [*world.people, *people], [*world.homes, home]
	world.founded[home] = dict.fromkeys(people, f"{make.START}-01")
	world.places[home], world.heads[home] = builders.VILLAGE_A, people[0]


def take_away(world: World, number: int) -> None:
	"""Gone without a trace while nothing was done to it, and else all there."""
	if not world.imports:
		return
	name = sorted(world.imports)[number % len(world.imports)]
	home, people = world.imports[name]
	made = make.undone(world.team, frappe.get_doc(rosters.DOCTYPE, name))
	world.tried["undo import"] += 1
	if made.rows_kept:
		assert (made.rows_kept, made.rows_reversed) == (2, 0)
		assert all(row.reason for row in make.rows(made).values())
		return
	assert (made.rows_reversed, made.rows_failed) == (2, 0)
	touched = {home, *people} & {str(part) for action in world.done.values() for part in action}
	assert not touched, "what was used since is not taken away"
	del world.imports[name], world.founded[home], world.places[home], world.heads[home]
	world.homes = [one for one in world.homes if one != home]
	world.people = [one for one in world.people if one not in people]


# --- what holds -----------------------------------------------------------------------------------------------
def hold(world: World) -> None:
	for ago in (LONG_AGO, 30, 21, 14, 7, 3, 1, 0):
		day = add_days(today(), -ago)
		told = world.told(day)
		lived = [person for members, _head, _place in told.values() for person in members]
		assert len(lived) == len(set(lived)), f"somebody lives in two homes on {day}"
		wanted = world.replay(day)
		for home in world.homes:
			assert told[home][0] == wanted[home][0], (day, home, world.done)
			if told[home][0]:
				assert told[home][1:] == wanted[home][1:], (day, home, world.done)
	for person in world.people:
		assert len(registry.households_of(person, getdate(today()))) <= 1
		paid_once(person)


def paid_once(person: str) -> None:
	"""In every month from now on at most one basic living benefit pays the person."""
	for ahead in range(4):
		month = frappe.utils.add_months(frappe.utils.get_first_day(today()), ahead)
		share, ledger = frappe.qb.DocType("Entitlement Share"), frappe.qb.DocType(entitlements.DOCTYPE)
		rows = (
			frappe.qb.from_(share)
			.join(ledger)
			.on(ledger.name == share.parent)
			.select(ledger.name)
			.where((share.recipient == person) & (ledger.docstatus == 1) & (ledger.start_month <= month))
			.where(ledger.end_month.isnull() | (ledger.end_month >= month))
			.run()
		)
		assert len(rows) <= 1, (person, month, rows)


def test_any_sequence_of_actions_and_undos_leaves_a_history_that_can_be_replayed(world):
	ends, tried, kept, people = monotonic() + ENOUGH, [], dict(world.founded), list(world.people)
	places, heads = dict(world.places), dict(world.heads)

	@settings(
		max_examples=40,
		deadline=None,
		derandomize=True,
		database=None,
		suppress_health_check=list(HealthCheck),
	)
	@given(ACTIONS)
	@example([("import", 0, 0, 0), ("undo import", 0, 0, 0)])
	@example([("import", 0, 0, 0), ("transfer", 2, 0, 9), ("undo import", 0, 0, 0), ("undo", 0, 0, 0)])
	@example([("move out", 0, 1, 5), ("undo event", 0, 0, 0), ("marriage", 0, 0, 3), ("add", 1, 1, 2)])
	def run(actions):
		if monotonic() > ends:
			return
		frappe.db.savepoint("example")
		world.homes, world.done, world.founded = list(kept), {}, dict(kept)
		world.people, world.imports = list(people), {}
		world.places, world.heads = dict(places), dict(heads)
		try:
			for action in actions:
				act(world, *action)
			tried.append(len(world.done))
			hold(world)
		finally:
			frappe.db.rollback(save_point="example")
			frappe.local.document_cache = {}
			frappe.cache.delete_keys("document_cache::")

	run()
	assert len(tried) >= 5 and sum(tried) >= 15, tried
	assert all(world.tried[one] for one in ("import", "undo import", "undo event")), world.tried
