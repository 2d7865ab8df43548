"""Rows for the tests of spot checks and callbacks: officers, and visits as they stand when all is done."""

import secrets

import frappe
from frappe.utils import add_days, now_datetime, today

from socaid_app.permissions.divisions import township_of
from tests import builders


def store(doctype: str, **values) -> str:
	"""A row as if written long ago: no controller, no hooks. Named by digits: screens are searched for Latin words."""
	name = values.pop("name", None) or f"T-{secrets.randbelow(10**12):012}"
	row = {
		"name": name,
		"owner": "Administrator",
		"creation": now_datetime(),
		"modified": now_datetime(),
		**values,
	}
	frappe.db.bulk_insert(doctype, list(row), [list(row.values())])
	return name


def make_officer(name: str = "走访员", user: str | None = None, division: str = builders.TOWNSHIP_A) -> str:
	return store(
		"Visit Officer",
		officer_name=name,
		user=user,
		employer="Contractor",
		division=division,
		township=township_of(division),
		active=1,
	)


def store_household(name: str = "测试户主", division: str = builders.VILLAGE_A, **values) -> str:
	return store(
		"Recipient Household",
		head_name=name,
		status="Active",
		division=division,
		township=township_of(division),
		**values,
	)


def store_visit(
	household: str | None = None, officers: tuple[str, ...] = (), days_ago: int = 3, **values
) -> str:
	"""A reviewed visit of a household (a new one by default) that ended ``days_ago`` days before today."""
	division = values.pop("division", builders.VILLAGE_A)
	household = household or store_household(division=division)
	day = add_days(today(), -days_ago)
	visit = store(
		"Home Visit",
		household=household,
		division=division,
		township=township_of(division),
		**{
			"head_name": "测试户主",
			"purpose": "Regular Visit",
			"category": "农村低保",
			"status": "Reviewed",
			"planned_on": day,
			"check_out_at": f"{day} 10:00:00",
			**values,
		},
	)
	for position, officer in enumerate(officers):
		add_visitor(visit, officer, leader=int(position == 0), idx=position + 1)
	return visit


def add_visitor(visit: str, officer: str, leader: int = 0, idx: int = 1) -> None:
	row = frappe.db.get_value("Visit Officer", officer, ["officer_name", "user"], as_dict=True)
	store(
		"Home Visit Visitor",
		parent=visit,
		parenttype="Home Visit",
		parentfield="visitors",
		officer=officer,
		officer_name=row.officer_name,
		user=row.user,
		leader=leader,
		idx=idx,
	)
