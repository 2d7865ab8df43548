"""A family as the law library reads it: the case dict of :mod:`socaid_app.policy.cases`."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from socaid_app import setup
from socaid_app.policy import means, snapshot, terms
from socaid_demo.benefit_history import Rules, Segment
from socaid_demo.families import Family, Person

CATEGORIES = Path(setup.__file__).with_name("assistance_categories.json")
# Where a scheme has several categories, the one that fits the family; 集中 for this share of the 特困 persons.
CENTRALISED_SHARE = 0.2


@lru_cache
def categories() -> dict[str, dict]:
	"""The categories every site starts with, by name."""
	with open(CATEGORIES, encoding="utf-8") as file:
		return {row["category_name"]: row for row in json.load(file)}


def category_for(scheme: str, area: str, route: str = terms.STANDARD, support_form: str = "") -> dict:
	"""The category of a scheme for an area, a route and a form of support."""
	for row in categories().values():
		if (
			row["scheme"] == scheme
			and row["area"] in ("", area)
			and row["route"] == route
			and row["support_form"] == support_form
		):
			return row
	raise LookupError((scheme, area, route, support_form))


def support_form_of(family: Family) -> str:
	"""Chosen by the person; here by the running number, so that it stays the same over the years."""
	return terms.CENTRALISED if family.index % 100 < CENTRALISED_SHARE * 100 else terms.SCATTERED


def recipient_name(person: Person) -> str:
	return f"RC-{person.number:08d}"


def member(person: Person, in_need: bool) -> dict:
	return {
		"id": recipient_name(person),
		"name": person.full_name,
		"birth_date": person.born.isoformat(),
		"kinship": person.kinship,
		"residence": person.residence,
		"schooling": person.schooling,
		"independent": True,
		"labour_capacity": person.labour,
		"health": person.health,
		"disability_type": person.disability[0],
		"disability_grade": person.disability[1],
		"in_need": in_need,
		"benefits": [],
	}


def case_of(
	family: Family,
	category: dict,
	persons: list[Person],
	incomes: list[dict],
	applied_on: date,
	accepted_on: date | None,
	cause: str = "",
	requested: Decimal | int = 0,
) -> dict:
	"""The shape that :func:`socaid_app.assistance_intake.application_case.as_case` makes of a stored application."""
	scheme = category["scheme"]
	return {
		"category": category["category_name"],
		"scheme": scheme,
		"route": category["route"],
		"area": family.area,
		"division": family.village,
		"authority": category["confirming_authority"],
		"calculation_mode": category["calculation_mode"],
		"single_application": "",
		"applied_on": applied_on.isoformat(),
		"accepted_on": accepted_on.isoformat() if accepted_on else None,
		"members": [member(person, scheme != terms.TEKUN or person is family.head) for person in persons],
		"supporters": [],
		"income": [
			{
				"member": recipient_name(family.persons[row["person"]]),
				"kind": row["kind"],
				"item": row["item"],
				"annual": float(row["annual"]),
				"deduction": float(row["deduction"]),
			}
			for row in incomes
		],
		"property": [
			{
				"kind": row["kind"],
				"description": row["description"],
				"value": float(row["value"]),
				"area": float(row["floor_area"]),
				"exempt": False,
				"exempt_reason": "",
			}
			for row in family.properties
		],
		"expenses": [
			{
				"kind": row["kind"],
				"item": row["item"],
				"annual": float(row["annual"]),
				"reimbursed": float(row["reimbursed"]),
				"receipted": bool(row["receipted"]),
			}
			for row in family.expenses
		],
		"selfcare": {item: item not in family.unable for item in terms.SELFCARE_ITEMS},
		"need": {"cause": cause, "requested": float(requested)},
	}


def basis(family: Family, segment: Segment, category: dict, rules: Rules) -> tuple[dict, dict]:
	"""The frozen basis of an entitlement and the assessment in it; replays to the segment's amount."""
	case = case_of(
		family,
		category,
		segment.persons,
		segment.incomes,
		segment.on,
		segment.on,
		"Illness" if segment.scheme == terms.TEMPORARY else "",
		segment.requested,
	)
	result = means.assess(case, rules.parameters, rules.standards, segment.on)
	return snapshot.freeze(case, rules.parameters, rules.standards, result), result.to_dict()


def compact(value: dict) -> str:
	return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
