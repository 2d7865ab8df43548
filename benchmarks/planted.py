"""A county that never was, with everything known about it: persons, households, and who is whom.

The same seed gives the same county. Numbers begin with county codes that were never issued (99 within a prefecture),
so that nobody real is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from random import Random

from benchmarks import planted_names
from socaid_app.policy import terms
from socaid_app.policy.identity import make_check_digit

HOME = "220499"
# Where people came from who were first registered elsewhere.
ELSEWHERE = ("220199", "220299", "220399", "220599", "230199", "210199")
TODAY = date(2026, 11, 1)
TOWNSHIPS, VILLAGES = 15, 11
SCHEMES = (terms.DIBAO, terms.TEKUN, terms.EDGE, terms.RIGID)
TWINS, MOVED_IN, RENUMBERED, OLD_NUMBERS = 0.012, 0.12, 0.01, 0.35
# Nobody born later has ever had a number of fifteen digits.
FIFTEEN_UNTIL = date(1999, 9, 30)


@dataclass(slots=True)
class Person:
	person: str
	id_number: str
	name: str
	sex: str
	born_on: date
	division: str
	household: str
	former_numbers: list[str] = field(default_factory=list)
	schemes: list[str] = field(default_factory=list)
	twin: str = ""


class County:
	"""Households one after the other until there are enough persons."""

	def __init__(self, seed: int, size: int) -> None:
		self.dice = Random(seed)
		self.numbers: set[str] = set()
		self.persons: list[Person] = []
		self.divisions = [
			f"{HOME}{100 + township:03d}{200 + village:03d}"
			for township in range(TOWNSHIPS)
			for village in range(VILLAGES)
		]
		self.households = 0
		while len(self.persons) < size:
			self._household()
		del self.persons[size:]

	def _household(self) -> None:
		dice = self.dice
		self.households += 1
		place = dice.choice(self.divisions)
		schemes = [dice.choice(SCHEMES)] if dice.random() < 0.6 else []
		family = planted_names.surname(dice)
		dots = dice.random() < planted_names.DOTTED_SHARE
		head_age = dice.randint(24, 88)
		members = [("M" if dice.random() < 0.55 else "F", head_age, "")]
		if dice.random() < 0.62:
			members.append(
				("F" if members[0][0] == "M" else "M", max(head_age - dice.randint(-4, 6), 20), "spouse")
			)
		for _child in range(dice.choices((0, 1, 2, 3), (30, 42, 22, 6))[0]):
			age = head_age - dice.randint(21, 38)
			if age >= 0:
				members.append((dice.choice("MF"), age, "child"))
		shared = dice.choice(planted_names.CHARACTERS["M", "middle"]) if dice.random() < 0.35 else ""
		for sex, age, place_in_family in members:
			born = self._birthday(age)
			own = planted_names.surname(dice) if place_in_family == "spouse" else family
			common = shared if place_in_family == "child" else ""
			person = self.add(own, sex, born, place, f"H{self.households:06d}", schemes, common, dots)
			if dice.random() < TWINS:
				first = person.name.removeprefix(own)[:1] if not dots else ""
				other = self.add(own, sex, born, place, person.household, schemes, first, dots)
				while other.name == person.name:
					other.name = self._name(own, sex, born.year, first, dots)
				person.twin, other.twin = other.person, person.person

	def _birthday(self, age: int) -> date:
		return TODAY - timedelta(days=age * 365 + self.dice.randint(0, 364) + age // 4)

	def add(
		self, surname: str, sex: str, born: date, division: str, household: str, schemes: list[str],
		shared: str = "", dots: bool = False,
	) -> Person:  # fmt: skip
		dice = self.dice
		name = self._name(surname, sex, born.year, shared, dots)
		number = self.number(born, sex)
		former = [self.number(born, sex)] if dice.random() < RENUMBERED else []
		person = Person(
			f"P{len(self.persons):07d}", number, name, sex, born, division, household, former, list(schemes)
		)
		self.persons.append(person)
		return person

	def _name(self, surname: str, sex: str, year: int, shared: str, dots: bool) -> str:
		if dots:
			return planted_names.dotted(self.dice, sex)
		return surname + planted_names.given(self.dice, sex, year, shared)

	def number(self, born: date, sex: str) -> str:
		"""A number nobody has yet, right in every digit."""
		dice = self.dice
		while True:
			prefix = dice.choice(ELSEWHERE) if dice.random() < MOVED_IN else HOME
			serial = dice.randrange(500) * 2 + (1 if sex == "M" else 0)
			first = f"{prefix}{born:%Y%m%d}{serial:03d}"
			number = first + make_check_digit(first)
			if number not in self.numbers:
				self.numbers.add(number)
				return number


def county(seed: int, size: int = 100_000) -> County:
	return County(seed, size)


def fifteen(number: str) -> str:
	"""The number as it was until 1999: no century, no check digit."""
	return number[:6] + number[8:17]


# --- what the sources say, for exact rules ---------------------------------------------------------------------
@dataclass(slots=True)
class Fact:
	"""One row of a source about a known person, or about nobody of the county."""

	source: str
	row_no: int
	person: str | None
	id_number: str
	name: str
	values: dict[str, object]


def _died(dice: Random) -> dict:
	return {"died_on": TODAY - timedelta(days=dice.randint(1, 400))}


def _vehicle(dice: Random) -> dict:
	return {"plate": f"吉D{dice.randrange(100000):05d}", "price": dice.randint(8, 300) * 1000}


def _deposits(dice: Random) -> dict:
	return {"balance": round(dice.lognormvariate(9, 1.5), 2)}


def _company(dice: Random) -> dict:
	return {
		"company": f"东辽{dice.choice('盛兴隆源达')}商贸行",
		"role": dice.choice(("法定代表人", "股东", "监事")),
	}


def _pension(dice: Random) -> dict:
	return {"monthly": dice.randint(120, 4200)}


def _prison(dice: Random) -> dict:
	return {"admitted_on": TODAY - timedelta(days=dice.randint(1, 2000))}


# source → how many of a thousand persons are in it, what it says
SOURCES = {
	"deaths": (12, _died), "vehicles": (60, _vehicle), "deposits": (500, _deposits), "companies": (15, _company),
	"pensions": (250, _pension), "prison": (2, _prison),
}  # fmt: skip


def facts(county: County, seed: int, source: str, strangers: int = 0) -> Iterator[Fact]:
	"""Rows of one source whose number is right, written in one of the ways that mean the same."""
	dice = Random(f"{seed} {source}")
	share, say = SOURCES[source]
	about: list[Person | None] = [person for person in county.persons if dice.random() * 1000 < share]
	about += [None] * strangers
	dice.shuffle(about)
	for row_no, person in enumerate(about, 1):
		if person is None:
			sex, born = dice.choice("MF"), TODAY - timedelta(days=dice.randint(0, 33000))
			name = planted_names.surname(dice) + planted_names.given(dice, sex, born.year)
			yield Fact(source, row_no, None, county.number(born, sex), name, say(dice))
		else:
			number = written(dice, dice.choice([person.id_number, *person.former_numbers]), person.born_on)
			yield Fact(source, row_no, person.person, number, person.name, say(dice))


def written(dice: Random, number: str, born: date) -> str:
	"""A right number as agencies write it: fifteen digits, full width, small x, blanks, an apostrophe."""
	ways = [
		number,
		number,
		number,
		number.lower(),
		f" {number[:6]} {number[6:14]} {number[14:]}",
		f"'{number}",
	]
	ways.append("".join(chr(ord(sign) + 0xFEE0) for sign in number))
	if born <= FIFTEEN_UNTIL and number[6:8] == "19":
		ways.append(fifteen(number))
	return dice.choice(ways)


def load(connection, table: str, records: list) -> None:
	"""Records of one of the dataclasses here as a table of DuckDB."""
	import pyarrow as pa

	columns = [column.name for column in fields(records[0])]
	found = pa.table({column: [getattr(record, column) for record in records] for column in columns})
	connection.register("planted", found)
	connection.execute(f"CREATE OR REPLACE TABLE {table} AS FROM planted")
	connection.unregister("planted")
