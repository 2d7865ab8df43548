"""Invented families: who lives together, how old, how healthy, and what they own and earn.

Each ``make_*`` builds one kind of household that Jilin's townships know. A family is made for a benefit
(or for none), so that its circumstances explain the income it lives on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from socaid_app.policy import terms
from socaid_app.policy.identity import age_on
from socaid_demo import invented_names

HEAD, HUSBAND, WIFE, SON, DAUGHTER = terms.HEAD, "11", "12", "20", "30"
FATHER, MOTHER, GRANDSON, GRANDDAUGHTER, BROTHER = "51", "52", "41", "42", "73"


@dataclass
class Person:
	"""``number`` is the running number of the Recipient; ages follow from ``born``."""

	full_name: str
	sex: str
	born: date
	kinship: str
	marital: str = "Unmarried"
	schooling: str = "Not in School"
	employment: str = "Not Working"
	labour: str = terms.LABOUR_FULL
	health: str = terms.HEALTHY
	disability: tuple[str, str] = ("", "")
	residence: str = terms.LIVING_TOGETHER
	number: int = 0
	id_number: str = ""
	joined_on: date | None = None
	left_on: date | None = None
	leave_reason: str = ""

	def age(self, on: date) -> int:
		return age_on(self.born, on)

	def here(self, on: date) -> bool:
		return (not self.joined_on or self.joined_on <= on) and (not self.left_on or self.left_on > on)


@dataclass
class Family:
	index: int
	village: str
	township: str
	area: str
	persons: list[Person]
	kind: str
	incomes: list[dict] = field(default_factory=list)
	properties: list[dict] = field(default_factory=list)
	expenses: list[dict] = field(default_factory=list)
	unable: tuple[str, ...] = ()  # self-care indicators not met

	@property
	def head(self) -> Person:
		return self.persons[0]

	def present(self, on: date) -> list[Person]:
		return [person for person in self.persons if person.here(on)]


class Maker:
	"""Builds persons for one family with its own stream of random numbers."""

	def __init__(self, rng: Random, today: date, area: str):
		self.rng, self.today, self.area = rng, today, area
		self.family_name = invented_names.surname(rng)

	def born(self, low: int, high: int) -> date:
		"""A birth date that makes the person ``low`` to ``high`` years old today."""
		return self.today - timedelta(
			days=self.rng.randrange(low * 365 + low // 4 + 1, (high + 1) * 365 + high // 4)
		)

	def person(
		self, kinship: str, male: bool, ages: tuple[int, int], married_in: bool = False, **values
	) -> Person:
		born = self.born(*ages)
		age = age_on(born, self.today)
		family_name = invented_names.surname(self.rng) if married_in else self.family_name
		person = Person(
			family_name + invented_names.given(self.rng, male, age),
			terms.MALE if male else terms.FEMALE,
			born,
			kinship,
			**values,
		)
		self._settle(person, age, given=values)
		return person

	def _settle(self, person: Person, age: int, given: dict) -> None:
		"""Schooling, labour and work that fit the age, where the archetype does not say."""
		rng = self.rng
		if "schooling" not in given and 6 <= age <= 22:
			if age < 16:
				person.schooling = "Compulsory Education"
			elif age < 19:
				person.schooling = rng.choice(("Senior High", "Senior High", "Secondary Vocational"))
			elif rng.random() < 0.8:
				person.schooling = "Undergraduate"
		if age < 16:
			person.labour, person.employment = terms.LABOUR_NONE, "Not Working"
			return
		if "health" not in given and rng.random() < (0.5 if age >= 60 else 0.15):
			person.health = terms.CHRONIC
		if "labour" not in given:
			if age >= 70 or person.disability[1] in ("1", "2"):
				person.labour = terms.LABOUR_NONE
			elif age >= 60 or person.disability[1] or person.health != terms.HEALTHY:
				person.labour = terms.LABOUR_PARTIAL
		if "employment" not in given:
			person.employment = self._employment(person, age)

	def _employment(self, person: Person, age: int) -> str:
		if person.labour == terms.LABOUR_NONE or person.schooling != "Not in School":
			return "Not Working"
		if age >= 60:
			return "Farming" if self.area == terms.RURAL else "Retired"
		if person.labour == terms.LABOUR_PARTIAL:
			return self.rng.choice(("Not Working", "Farming" if self.area == terms.RURAL else "Casual Work"))
		return "Farming" if self.area == terms.RURAL and self.rng.random() < 0.6 else "Casual Work"

	def disability(self, *grades: str) -> tuple[str, str]:
		kind = self.rng.choices(terms.DISABILITY_TYPES, (15, 10, 4, 40, 14, 14, 3))[0]
		return kind, self.rng.choice(grades)

	def child(self, ages: tuple[int, int], **values) -> Person:
		male = self.rng.random() < 0.52
		return self.person(SON if male else DAUGHTER, male, ages, **values)

	def spouse(self, head: Person, ages: tuple[int, int], **values) -> Person:
		male = head.sex == terms.FEMALE
		return self.person(
			HUSBAND if male else WIFE, male, ages, married_in=True, marital="Married", **values
		)


# --- households -------------------------------------------------------------------------------------
def elder_couple(m: Maker) -> list[Person]:
	head = m.person(HEAD, True, (64, 82), marital="Married")
	age = head.age(m.today)
	return [head, m.spouse(head, (max(60, age - 5), age + 1))]


def elder_alone(m: Maker) -> list[Person]:
	return [m.person(HEAD, m.rng.random() < 0.4, (66, 88), marital="Widowed")]


def disabled_adult(m: Maker) -> list[Person]:
	"""A disabled head of middle age with spouse and, mostly, a child."""
	head = m.person(
		HEAD, m.rng.random() < 0.75, (42, 58), marital="Married", disability=m.disability("1", "2", "3", "4")
	)
	family = [head, m.spouse(head, (40, 57))]
	if m.rng.random() < 0.6:
		family.append(m.child((8, 19)))
	return family


def single_parent(m: Maker) -> list[Person]:
	head = m.person(HEAD, m.rng.random() < 0.35, (33, 47), marital=m.rng.choice(("Divorced", "Widowed")))
	return [head] + [m.child((3, 15)) for _ in range(m.rng.choice((1, 1, 2)))]


def serious_illness(m: Maker) -> list[Person]:
	head = m.person(
		HEAD,
		m.rng.random() < 0.7,
		(44, 59),
		marital="Married",
		health=terms.SERIOUS_ILLNESS,
		labour=terms.LABOUR_NONE,
	)
	family = [head, m.spouse(head, (43, 58))]
	if m.rng.random() < 0.7:
		family.append(m.child((17, 22)))
	return family


def three_generations(m: Maker) -> list[Person]:
	head = m.person(HEAD, True, (38, 52), marital="Married")
	family = [head, m.spouse(head, (37, 51)), m.child((6, 17))]
	male = m.rng.random() < 0.4
	family.append(
		m.person(FATHER if male else MOTHER, male, (68, 84), married_in=not male, marital="Widowed")
	)
	return family


def grandparents(m: Maker) -> list[Person]:
	head = m.person(HEAD, True, (62, 74), marital="Married")
	boy = m.rng.random() < 0.5
	return [
		head,
		m.spouse(head, (60, 73)),
		m.person(GRANDSON if boy else GRANDDAUGHTER, boy, (5, 15)),
	]


def elder_with_disabled_child(m: Maker) -> list[Person]:
	head = m.person(HEAD, m.rng.random() < 0.45, (66, 80), marital="Widowed")
	grades = {"disability": (m.rng.choice(("Intellectual", "Mental", "Physical")), m.rng.choice(("1", "2")))}
	return [head, m.child((36, 50), labour=terms.LABOUR_NONE, **grades)]


def lone_elder(m: Maker) -> list[Person]:
	"""特困: aged, without spouse, child or means."""
	return [
		m.person(
			HEAD, m.rng.random() < 0.85, (64, 88), marital=m.rng.choice(("Unmarried", "Unmarried", "Widowed"))
		)
	]


def lone_disabled(m: Maker) -> list[Person]:
	kind = m.rng.choice(("Intellectual", "Mental", "Physical"))
	return [
		m.person(
			HEAD,
			m.rng.random() < 0.8,
			(35, 58),
			disability=(kind, m.rng.choice(("1", "2"))),
			labour=terms.LABOUR_NONE,
		)
	]


def working_couple(m: Maker) -> list[Person]:
	head = m.person(HEAD, m.rng.random() < 0.8, (36, 56), marital="Married")
	family = [head, m.spouse(head, (35, 55))]
	family += [m.child((6, 21)) for _ in range(m.rng.choice((0, 1, 1, 2)))]
	return family


Build = Callable[[Maker], list[Person]]
POOR: tuple[tuple[Build, int], ...] = (
	(elder_couple, 22),
	(elder_alone, 22),
	(disabled_adult, 16),
	(single_parent, 9),
	(serious_illness, 14),
	(three_generations, 5),
	(grandparents, 6),
	(elder_with_disabled_child, 6),
)
LONE: tuple[tuple[Build, int], ...] = ((lone_elder, 82), (lone_disabled, 18))
MODEST: tuple[tuple[Build, int], ...] = (
	(working_couple, 45),
	(serious_illness, 20),
	(disabled_adult, 15),
	(elder_couple, 10),
	(single_parent, 10),
)
BUILDS = {
	terms.DIBAO: POOR,
	terms.TEKUN: LONE,
	terms.EDGE: MODEST,
	terms.RIGID: ((serious_illness, 60), (working_couple, 40)),
	terms.TEMPORARY: MODEST,
	terms.OTHER_SCHEME: MODEST,
}


def make_family(rng: Random, index: int, scheme: str, place, today: date) -> Family:
	"""A family for ``scheme`` in the village ``place``; persons are not numbered yet."""
	maker = Maker(rng, today, place.area)
	builds = BUILDS[scheme]
	build = rng.choices([entry[0] for entry in builds], [entry[1] for entry in builds])[0]
	persons = build(maker)
	if scheme == terms.DIBAO and rng.random() < 0.02:
		# Listed with the family, but not counted (57号 Art. 7).
		away = maker.person(SON, True, (24, 38), residence=terms.IMPRISONED, employment="Not Working")
		if persons[0].age(today) - away.age(today) >= 18:
			persons.append(away)
	family = Family(index, place.code, place.township, place.area, persons, build.__name__)
	if scheme == terms.TEKUN:
		family.unable = unable_indicators(rng, persons[0], today)
	return family


def unable_indicators(rng: Random, person: Person, today: date) -> tuple[str, ...]:
	"""What the person cannot do alone; half of them everything, the rest more with age."""
	share = 0.3 if person.age(today) < 75 else 0.55
	if rng.random() > share:
		return ()
	return tuple(
		sorted(
			rng.sample(terms.SELFCARE_ITEMS, rng.choice((1, 2, 3, 4, 5, 6))), key=terms.SELFCARE_ITEMS.index
		)
	)
