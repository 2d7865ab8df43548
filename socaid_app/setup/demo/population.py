"""An invented county population, the same for the same seed, without a database.

Each household has a random stream of its own, so the first thousand of a hundred thousand are the thousand of
a smaller county. Incomes are drawn to fit the benefit; the benefit itself is computed by the law library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from socaid_app.policy import identity, terms
from socaid_app.policy.clock import add_months
from socaid_app.setup.demo import names

# No county has ever had the code 220499, so no number made with it can be anybody's.
ID_PREFIX = "220499"
# No mobile number begins with 100.
PHONE_PREFIX = "1000437"
HISTORY_MONTHS = 24

# category → share of households in percent
MIX = (
	("农村低保", 50),
	("城市低保", 12),
	("特困-分散", 13),
	("特困-集中", 4),
	("低保边缘", 8),
	("刚性支出困难", 4),
	("", 9),
)
SCHEMES = {
	"农村低保": terms.DIBAO,
	"城市低保": terms.DIBAO,
	"特困-分散": terms.TEKUN,
	"特困-集中": terms.TEKUN,
	"低保边缘": terms.EDGE,
	"刚性支出困难": terms.RIGID,
}


@dataclass
class Person:
	full_name: str
	id_number: str
	birth_date: date
	sex: str
	kinship: str
	phone: str = ""
	bank_account: str = ""
	marital: str = "Unmarried"
	schooling: str = "Not in School"
	employment: str = "Not Working"
	labour_capacity: str = "Full"
	health: str = "Healthy"
	disability_type: str = ""
	disability_grade: str = ""
	in_need: bool = False


@dataclass
class Segment:
	"""One entitlement: from ``start`` to ``end`` (first days of months; None: still running)."""

	start: date
	end: date | None
	income: Decimal


@dataclass
class Household:
	number: int
	township: str
	village: str
	area: str
	category: str
	scheme: str
	persons: list[Person]
	segments: list[Segment] = field(default_factory=list)
	income_kind: tuple[str, str] = ("Business", "Farming")
	expenses: Decimal = Decimal(0)
	selfcare: dict[str, bool] = field(default_factory=dict)
	joined_on: date | None = None
	review_class: str = "General"

	def case(self, segment: Segment) -> dict:
		"""The case of one segment, as the law library takes it."""
		decided = segment.start - timedelta(days=12)
		return {
			"category": self.category,
			"scheme": self.scheme,
			"area": self.area,
			"division": self.village,
			"applied_on": decided - timedelta(days=20),
			"accepted_on": decided - timedelta(days=19),
			"members": [
				{
					"id": str(position),
					"name": person.full_name,
					"birth_date": person.birth_date,
					"kinship": person.kinship,
					"schooling": person.schooling,
					"independent": person.labour_capacity != "None",
					"labour_capacity": person.labour_capacity,
					"health": person.health,
					"disability_type": person.disability_type or None,
					"disability_grade": person.disability_grade or None,
					"in_need": person.in_need,
				}
				for position, person in enumerate(self.persons)
			],
			"income": [
				{"member": "0", "kind": self.income_kind[0], "item": self.income_kind[1], "annual": segment.income}
			]
			if segment.income
			else [],
			"property": [{"kind": "Home", "description": "自住住房", "value": 30000}] if self.number % 3 else [],
			"expenses": [
				{"kind": "Medical", "item": "住院及用药", "annual": self.expenses, "reimbursed": 0, "receipted": True}
			]
			if self.expenses
			else [],
			"selfcare": self.selfcare,
		}


@dataclass(frozen=True)
class Place:
	code: str
	township: str
	area: str


def households(
	count: int, seed: int, today: date, places: list[Place], first: int = 0, standards: dict[str, Decimal] | None = None
) -> Iterator[Household]:
	"""Households ``first`` … ``count``-1 of the county of this seed.

	``places`` are the villages to live in; ``standards`` the 低保 standard by area that incomes are drawn from.
	"""
	standards = standards or {terms.URBAN: Decimal(620), terms.RURAL: Decimal(470)}
	by_area = {area: [place for place in places if place.area == area] or places for area in terms.AREAS}
	for number in range(first, count):
		yield _household(number, Random(f"{seed}-{number}"), today, by_area, standards)


def _household(number: int, rng: Random, today: date, by_area: dict, standards: dict) -> Household:
	category = rng.choices([name for name, _share in MIX], [share for _name, share in MIX])[0]
	area = terms.URBAN if category == "城市低保" or (category in ("", "低保边缘") and rng.random() < 0.2) else terms.RURAL
	place = rng.choice(by_area[area])
	scheme = SCHEMES.get(category, "")
	if scheme == terms.TEKUN:
		persons = [_person(rng, number, 0, today, terms.HEAD, rng.randint(62, 92), in_need=True)]
		persons[0].labour_capacity = "None"
		persons[0].marital = rng.choice(("Unmarried", "Widowed", "Divorced"))
	else:
		persons = _family(rng, number, today)
	household = Household(number, place.township, place.code, area, category, scheme, persons)
	if scheme == terms.TEKUN:
		unmet = rng.choice((0, 0, 0, 1, 2, 3, 4, 6))
		household.selfcare = {item: position >= unmet for position, item in enumerate(terms.SELFCARE_ITEMS)}
	if area == terms.URBAN:
		household.income_kind = ("Wage", "Wages")
	elif scheme == terms.TEKUN:
		household.income_kind = ("Property", "Land Transfer")
	if any(p.disability_grade in ("1", "2") or p.health == "Serious Illness" for p in persons) or persons[0].birth_date.year < today.year - 70:
		household.review_class = "Key"
	_history(household, rng, today, standards[area])
	return household


def _family(rng: Random, number: int, today: date) -> list[Person]:
	"""A head, often a spouse, often children; sometimes an old parent."""
	age = rng.randint(30, 80)
	sex = "Male" if rng.random() < 0.7 else "Female"
	head = _person(rng, number, 0, today, terms.HEAD, age, sex)
	persons = [head]
	if rng.random() < 0.6:
		other = "Female" if sex == "Male" else "Male"
		persons.append(_person(rng, number, 1, today, "12" if other == "Female" else "11", age + rng.randint(-4, 3), other))
		head.marital = persons[1].marital = "Married"
	else:
		head.marital = rng.choice(("Widowed", "Divorced", "Unmarried"))
	for _child in range(rng.choice((0, 0, 1, 1, 2))):
		child_age = age - rng.randint(23, 36)
		if not 0 <= child_age <= 21:
			continue
		child_sex = rng.choice(("Male", "Female"))
		child = _person(rng, number, len(persons), today, "20" if child_sex == "Male" else "30", child_age, child_sex, head.full_name[0])
		child.schooling = _school(child_age)
		child.employment = "Not Working"
		persons.append(child)
	if age < 58 and rng.random() < 0.12:
		persons.append(_person(rng, number, len(persons), today, "52", age + rng.randint(22, 30), "Female"))
	return persons


def _school(age: int) -> str:
	if age < 6:
		return "Not in School"
	if age < 16:
		return "Compulsory Education"
	return "Senior High" if age < 19 else "Undergraduate"


def _person(
	rng: Random, number: int, position: int, today: date, kinship: str, age: int, sex: str | None = None, family: str = "", in_need: bool = False
) -> Person:
	sex = sex or rng.choice(("Male", "Female"))
	born = today - timedelta(days=age * 365 + age // 4 + rng.randint(1, 360))
	health = rng.choices(("Healthy", "Chronic Illness", "Serious Illness"), (55, 33, 12))[0] if age > 15 else "Healthy"
	person = Person(
		full_name=names.full_name(rng, family or names.surname(rng), sex, born.year),
		id_number=_id_number(number, position, born, sex),
		birth_date=born,
		sex=sex,
		kinship=kinship,
		phone=f"{PHONE_PREFIX}{rng.randint(0, 9999):04d}" if age > 15 else "",
		bank_account=f"62000000{rng.randint(0, 10**8 - 1):08d}" if position == 0 else "",
		health=health,
		in_need=in_need,
	)
	if age > 15 and rng.random() < 0.14:
		person.disability_type = rng.choice(terms.DISABILITY_TYPES[:6])
		person.disability_grade = rng.choice(terms.DISABILITY_GRADES)
	if age >= 60 or age < 16 or person.disability_grade in ("1", "2"):
		person.labour_capacity = "None"
	elif health != "Healthy" or person.disability_grade:
		person.labour_capacity = "Partial"
	if person.labour_capacity != "None":
		person.employment = rng.choice(("Farming", "Farming", "Casual Work", "Not Working"))
	elif age >= 60:
		person.employment = "Retired"
	return person


def _id_number(number: int, position: int, born: date, sex: str) -> str:
	"""A valid checksum, unique in the county: the sequence is drawn from household and position.

	Two households whose members share a birth date differ in the sequence modulo 500 only by chance, so the
	loader's unique index has the last word; :func:`distinct` moves the birth date by days until it is free.
	"""
	sequence = (number * 7 + position * 101) % 500 * 2 + (1 if sex == "Male" else 0)
	first = f"{ID_PREFIX}{born:%Y%m%d}{sequence:03d}"
	return first + identity.make_check_digit(first)


def distinct(person: Person, taken: set[str]) -> None:
	"""Give ``person`` a number nobody in ``taken`` has, moving the birth date back by days if need be."""
	while person.id_number in taken:
		person.birth_date -= timedelta(days=1)
		first = f"{ID_PREFIX}{person.birth_date:%Y%m%d}{person.id_number[14:17]}"
		person.id_number = first + identity.make_check_digit(first)
	taken.add(person.id_number)


def _history(household: Household, rng: Random, today: date, standard: Decimal) -> None:
	"""Up to three segments within the last two years; a few have ended, a few have nothing any more."""
	this_month = today.replace(day=1)
	months_ago = rng.randint(1, HISTORY_MONTHS)
	start = add_months(this_month, -months_ago)
	household.joined_on = start - timedelta(days=rng.randint(40, 400))
	if not household.category:
		return
	end = None
	if months_ago > 8 and rng.random() < 0.12:
		end = add_months(start, rng.randint(3, months_ago - 2))
	if household.scheme in (terms.EDGE, terms.RIGID):
		end = add_months(start, 11)
	cuts = []
	if household.scheme == terms.DIBAO and months_ago > 6 and rng.random() < 0.3:
		cuts = [add_months(start, rng.randint(3, months_ago - 2))]
	begins = [start, *(cut for cut in cuts if not end or cut < end)]
	if household.scheme == terms.TEKUN:
		change = date(2025, 1, 1)
		if begins[0] < change and (not end or change < end):
			begins.append(change)
	for position, begin in enumerate(begins):
		last = add_months(begins[position + 1], -1) if position + 1 < len(begins) else end
		household.segments.append(Segment(begin, last, _income(household, rng, standard)))


def _income(household: Household, rng: Random, standard: Decimal) -> Decimal:
	"""A yearly income in tens of yuan that fits the category."""
	persons = len(household.persons)
	if household.scheme == terms.RIGID:
		household.expenses = standard * 24 * persons
		share = Decimal(rng.randint(160, 210)) / 100
	elif household.scheme == terms.EDGE:
		share = Decimal(rng.randint(102, 145)) / 100
	elif household.scheme == terms.TEKUN:
		share = Decimal(rng.randint(0, 45)) / 100
	else:
		share = Decimal(rng.randint(5, 92)) / 100
	return (standard * share * 12 * persons / 10).to_integral_value() * 10
