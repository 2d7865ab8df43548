"""Invented persons, households and rows of a source, alike in Python and in the tables of the comparison."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from socaid_app.comparison import engine, rule_queries
from socaid_app.comparison.fields import Field
from socaid_app.comparison.kinds import STORED
from socaid_app.comparison.language.evaluate import Facts, evaluate
from socaid_app.comparison.language.tree import HOUSEHOLD, PERSON, ROW, Constant

DAY = date(2026, 11, 1)


def value_of(field: Field, dice: random.Random):
	"""Values that meet: few of them, the edges among them, every fifth missing."""
	if dice.random() < 0.2:
		return None
	match field.kind:
		case "money" | "number":
			return dice.choice(
				[Decimal(n) / 10000 for n in (0, 1, 5000, 10000, 33333, 550_0000, 99999999)]
			) * dice.choice((1, -1, 7, 1000))
		case "date":
			return DAY + timedelta(days=dice.choice((-40000, -6575, -6574, -366, -31, -1, 0, 1, 29, 400)))
		case "code":
			return dice.choice(sorted(set(field.codes.values())))
		case "truth":
			return dice.random() < 0.5
	return dice.choice(("张三", "", "it's", "a%b", "东辽县"))


class World:
	"""Persons and households; :meth:`fill` gives them rows of a source."""

	def __init__(self, person_fields, household_fields, seed: int, households: int, members=(1, 1, 2, 3)):
		self.dice = random.Random(seed)
		self.households, self.persons, self.rows = {}, {}, {}
		for number in range(households):
			home = {one.name: value_of(one, self.dice) for one in household_fields}
			home["schemes"] = []
			self.households[f"H{number}"] = home
			for member in range(self.dice.choice(members)):
				person = {one.name: value_of(one, self.dice) for one in person_fields}
				person["schemes"] = self.dice.choice(([], ["Dibao"], ["Tekun"], ["Dibao", "Tekun"]))
				person["household"] = f"H{number}"
				home["schemes"] = sorted({*home["schemes"], *person["schemes"]})
				self.persons[f"P{number}.{member}"] = person
		self.connection = engine.start()
		self.connection.execute(f"set variable data_day = date '{DAY}'")
		self._table("households", "household", household_fields, self.households.items())
		self._table("persons", "person", person_fields, self.persons.items(), household="varchar")

	def fill(self, row_fields, constants: dict[Constant, object], rows=(0, 1, 1, 2, 4)) -> World:
		self.numbered, self.rows = [], {name: [] for name in self.persons}
		for name in self.persons:
			for _ in range(self.dice.choice(rows)):
				row = {one.name: value_of(one, self.dice) for one in row_fields} | {
					"row_no": len(self.numbered),
					"schemes": [],
				}
				self.rows[name].append(row)
				self.numbered.append((name, row))
		self._table("rows", "person", row_fields, self.numbered, row_no="bigint")
		self.constants = {each.name: value for each, value in constants.items()}
		record = self.constants | {"household": "", "schemes": []}
		self._table(
			"one_place",
			"household",
			[Field(each.name, each.name, each.kind) for each in constants],
			[("", record)],
		)
		self.connection.execute(
			"create or replace temp table household_constants as select h.household, c.* exclude (household, schemes) "
			"from households h, one_place c"
			if constants
			else "create or replace temp table household_constants as select household from households"
		)
		return self

	def _table(self, name, key, fields, records, **more) -> None:
		types = {one.name: STORED[one.kind] for one in fields} | more | {"schemes": "varchar[]"}
		records = list(records)
		values = [[identity for identity, _record in records]]
		for each in types:
			values.append(
				[
					record[each] if isinstance(record[each], list) else _text(record[each])
					for _identity, record in records
				]
			)
		picked = ", ".join(f'cast(unnest(?) as {of}) as "{each}"' for each, of in types.items())
		self.connection.execute(
			f"create or replace temp table {name} as select cast(unnest(?) as varchar) as {key}, {picked}",
			values,
		)

	# --- what is asked, both ways -----------------------------------------------------------------------------
	def by_sql(self, node, unit: str) -> dict:
		"""Whom a condition hits and for whom it is unknown."""
		key = {ROW: "row_no", PERSON: "person", HOUSEHOLD: "household"}[unit]
		return dict(
			self.connection.execute(f"select {key}, hit from ({rule_queries.query(node, unit)})").fetchall()
		)

	def by_python(self, node, unit: str) -> dict:
		return {key: hit for key, facts in self.facts(unit) if (hit := evaluate(node, facts)) is not False}

	def facts(self, unit: str):
		def about(**given) -> Facts:
			return Facts(DAY, unit, constants=self.constants, **given)

		home = self.households
		if unit == ROW:
			for name, row in self.numbered:
				person = self.persons[name]
				yield row["row_no"], about(row=row, person=person, household=home[person["household"]])
		elif unit == PERSON:
			for name, person in self.persons.items():
				rows = [(row, person) for row in self.rows[name]]
				yield name, about(person=person, household=home[person["household"]], rows=rows)
		else:
			members: dict[str, list] = {}
			for name, person in self.persons.items():
				members.setdefault(person["household"], []).extend((row, person) for row in self.rows[name])
			for name, household in home.items():
				yield name, about(household=household, rows=members.get(name, []))


def _text(value) -> str | None:
	return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
