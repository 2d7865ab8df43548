"""What a family lives on: items of income that together reach a target, its savings and its large bills."""

from __future__ import annotations

from datetime import date
from random import Random

from socaid_app.policy import terms
from socaid_demo.families import Family, Person

# Items, with the kind they are entered under and who has them.
WAGES = ("Wage", "Wages")
FARMING = ("Business", "Farming")
LIVESTOCK = ("Business", "Livestock")
LAND = ("Property", "Land Transfer")
PENSION = ("Transfer", "Pension")
MAINTENANCE = ("Transfer", "Maintenance")
OTHER = ("Other", "Other Income")
BASIC_PENSION = ("Transfer", "Basic Pension")
# Yuan a year; paid from 60 on, not counted as income (57号 Art. 13).
BASIC_PENSION_ANNUAL = 1980
STEP = 20


def incomes(rng: Random, family: Family, persons: list[Person], target_annual: int, on: date) -> list[dict]:
	"""Items whose counted sum is ``target_annual`` rounded down to ``STEP`` yuan, and what is not counted.

	Each item: person (index in the family), kind, item, annual, deduction; yuan a year.
	"""
	rows = [
		_row(family, person, BASIC_PENSION, BASIC_PENSION_ANNUAL)
		for person in persons
		if family.area == terms.RURAL and person.age(on) >= 60
	]
	sources = _sources(rng, family, persons, on)
	left = target_annual // STEP * STEP
	for position, (person, item) in enumerate(sources):
		last = position == len(sources) - 1
		part = left if last else int(left * rng.uniform(0.35, 0.7)) // STEP * STEP
		left -= part
		if part <= 0:
			continue
		cost = 0
		if item in (FARMING, LIVESTOCK):
			# Seed, fodder and fertiliser are declared with the gross yield.
			cost = int(part * rng.uniform(0.3, 0.6)) // STEP * STEP
		rows.append(_row(family, person, item, part + cost, cost))
	return rows


def _row(family: Family, person: Person, item: tuple[str, str], annual: int, deduction: int = 0) -> dict:
	return {
		"person": family.persons.index(person),
		"kind": item[0],
		"item": item[1],
		"annual": annual,
		"deduction": deduction,
	}


def _sources(
	rng: Random, family: Family, persons: list[Person], on: date
) -> list[tuple[Person, tuple[str, str]]]:
	"""One to three sources that fit the persons; at least one, however weak the family."""
	found: list[tuple[Person, tuple[str, str]]] = []
	adults = [person for person in persons if person.age(on) >= 18] or persons
	for person in adults:
		if person.labour != terms.LABOUR_NONE and person.schooling == "Not in School":
			if person.employment == "Farming":
				found.append((person, rng.choice((FARMING, FARMING, LIVESTOCK))))
			elif person.employment == "Retired":
				found.append((person, PENSION))
			elif person.age(on) < 65:
				found.append((person, WAGES))
	if family.area == terms.RURAL and len(found) < 2:
		found.append((adults[0], LAND))
	if adults[0].age(on) >= 60 and family.kind not in ("lone_elder", "lone_disabled"):
		found.append((adults[0], MAINTENANCE))
	if not found:
		found.append((adults[0], OTHER if family.area == terms.URBAN else LAND))
	return found[:3]


def properties(rng: Random, family: Family, persons: int, modest: bool = True) -> list[dict]:
	"""A home and some savings, far below eighteen months of the standard a head."""
	rows = []
	if rng.random() < 0.9:
		home = rng.choice(("砖瓦房", "砖混平房", "土木房")) if family.area == terms.RURAL else "楼房"
		area = rng.randrange(42, 95)
		rows.append({"kind": "Home", "description": home, "value": 0, "floor_area": area})
	saved = rng.randrange(0, 20 if modest else 60) * 100 * persons
	if saved:
		rows.append({"kind": "Deposit", "description": "银行存款", "value": saved, "floor_area": 0})
	return rows


def expenses(rng: Random, family: Family, annual_income: int, heavy: bool, on: date) -> list[dict]:
	"""Bills of the last twelve months; ``heavy`` makes what the family bore exceed 60 % of its income."""
	rows = []
	ill = any(person.health == terms.SERIOUS_ILLNESS for person in family.persons)
	if heavy:
		own = int(annual_income * rng.uniform(0.65, 1.1)) // 100 * 100 + 100
		reimbursed = int(own * rng.uniform(0.5, 1.2)) // 100 * 100
		rows.append(_bill("Medical", "住院医疗费", own + reimbursed, reimbursed))
	elif ill:
		total = rng.randrange(30, 90) * 100
		rows.append(_bill("Medical", "门诊和药品", total, int(total * 0.5)))
	if any(
		person.schooling in ("Undergraduate", "Senior High", "Secondary Vocational")
		for person in family.present(on)
	):
		rows.append(_bill("Education", "学费住宿费", rng.randrange(15, 65) * 100, 0))
	return rows


def _bill(kind: str, item: str, annual: int, reimbursed: int) -> dict:
	return {"kind": kind, "item": item, "annual": annual, "reimbursed": reimbursed, "receipted": 1}
