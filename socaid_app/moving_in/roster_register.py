"""What the county knows, as the judging of a roster asks it: its words, its standards, and its persons by number."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.utils import flt, get_first_day, getdate, today
from frappe.utils.caching import request_cache

from socaid_app.moving_in.roster_judging import Held, Home, Household, Known, Register
from socaid_app.moving_in.roster_words import Category, Division, Vocabulary
from socaid_app.permissions.divisions import significant
from socaid_app.permissions.sensitive import FORMER, VAULT
from socaid_app.policy import terms
from socaid_app.policy.income import money
from socaid_app.socaid_app import entitlements, rules
from socaid_app.socaid_app.registry import HOUSEHOLD, PERSON

# A family whose place the session may not know of is told so.
ELSEWHERE = "其他地方的一户"
GONE = {"Deceased": "已登记去世", "Moved Away": "已登记迁出", "Merged": "的登记已合并，请使用保留的登记"}


def vocabulary(division: str) -> Vocabulary:
	"""``division``: the area whose people may be taken in."""
	return Vocabulary(
		today=getdate(today()),
		kinships=dict(
			frappe.get_all("Kinship Code", fields=["kinship_name", "name"], order_by="name", as_list=True)
		),
		categories=[
			Category(row.name, row.scheme, row.area or "", row.unit, row.payment, row.support_form or "")
			for row in frappe.get_all(
				"Assistance Category",
				filters={"disabled": 0},
				fields=["name", "scheme", "area", "unit", "payment", "support_form"],
				order_by="name",
			)
		],
		divisions=[
			Division(row.name, row.division_name, row.level, row.area or "")
			for row in frappe.get_all(
				"Administrative Division",
				fields=["name", "division_name", "level", "area"],
				order_by="name",
			)
		],
		standards=rules.standards(),
		within=significant(division),
	)


def known(households: Iterable[Household], division: str) -> Register:
	"""Whom the ID numbers of these families name, where they live and what they receive: a few statements."""
	numbers = sorted(
		{row.get("id_number") for household in households for row in household.rows} - {None, ""}
	)
	if not numbers:
		return Register()
	named = _named(VAULT, numbers)
	former = {number: person for number, person in _named(FORMER, numbers).items() if number not in named}
	wanted = sorted({*named.values(), *former.values()})
	if not wanted:
		return Register()
	within = significant(division)
	persons = {
		row.name: row
		for row in frappe.get_all(
			PERSON,
			filters={"name": ["in", wanted]},
			fields=["name", "full_name", "status", "division"],
			order_by="name",
		)
	}
	away = _away(wanted)
	homes = _homes(wanted, within)
	held, benefits = _held(wanted), _benefits({home.household for own in homes.values() for home in own})
	return Register(
		{
			number: Known(
				recipient=name,
				full_name=persons[name].full_name,
				inside=persons[name].division.startswith(within),
				former=number in former,
				gone=GONE.get(persons[name].status, "") or away.get(name, ""),
				homes=tuple(homes.get(name, ())),
				held=tuple(held.get(name, ())),
			)
			for number, name in {**former, **named}.items()
			if name in persons
		},
		benefits,
	)


def _named(doctype: str, numbers: list[str]) -> dict[str, str]:
	return dict(
		frappe.get_all(
			doctype,
			filters={"id_number": ["in", numbers]},
			fields=["id_number", "recipient"],
			order_by="id_number",
			as_list=True,
		)
	)


def _away(persons: list[str]) -> dict[str, str]:
	"""Whoever joins a family is back, which somebody has to say."""
	rows = frappe.get_all(
		"Person Absence",
		filters={"parent": ["in", persons], "parenttype": PERSON, "absent_until": ["is", "not set"]},
		fields=["parent", "reason"],
		order_by="idx",
	)
	return {row.parent: f"登记为不在家（{frappe._(row.reason)}）" for row in rows}


def _homes(persons: list[str], within: str) -> dict[str, list[Home]]:
	"""The active families somebody is a present member of, wherever the member lives."""
	member, household = frappe.qb.DocType("Household Member"), frappe.qb.DocType(HOUSEHOLD)
	rows = (
		frappe.qb.from_(member)
		.join(household)
		.on((household.name == member.parent) & (member.parenttype == HOUSEHOLD))
		.select(member.recipient, household.name, household.head, household.division)
		.where(member.recipient.isin(persons) & (household.status == "Active"))
		.where(member.left_on.isnull() | (member.left_on > today()))
		.orderby(household.name)
		.run()
	)
	found: dict[str, list[Home]] = {}
	for person, name, head, division in rows:
		home = Home(name if division.startswith(within) else ELSEWHERE, head, division)
		if home not in found.setdefault(person, []):
			found[person].append(home)
	return found


def _standing(table):
	return (
		(table.docstatus == 1)
		& (table.payment != terms.ONE_OFF)
		& (table.end_month.isnull() | (table.end_month >= get_first_day(getdate(today()))))
	)


def _columns(table) -> tuple:
	return (table.name, table.category, table.scheme, table.household, table.start_month, table.amount)


def _of(row: tuple) -> Held:
	name, category, scheme, household, start, amount = row
	return Held(name, category, scheme or "", household or "", getdate(start), money(flt(amount)))


def _held(persons: list[str]) -> dict[str, list[Held]]:
	share, table = frappe.qb.DocType("Entitlement Share"), frappe.qb.DocType(entitlements.DOCTYPE)
	rows = (
		frappe.qb.from_(share)
		.join(table)
		.on((table.name == share.parent) & (share.parenttype == entitlements.DOCTYPE))
		.select(share.recipient, *_columns(table))
		.where(share.recipient.isin(persons) & _standing(table))
		.orderby(table.name)
		.run()
	)
	found: dict[str, list[Held]] = {}
	for person, *row in rows:
		found.setdefault(person, []).append(_of(tuple(row)))
	return found


def _benefits(households: set[str]) -> dict[str, tuple[Held, ...]]:
	table = frappe.qb.DocType(entitlements.DOCTYPE)
	rows = (
		frappe.qb.from_(table)
		.select(*_columns(table))
		.where(table.household.isin(sorted(households) or [""]) & _standing(table))
		.orderby(table.name)
		.run()
	)
	found: dict[str, tuple[Held, ...]] = {}
	for row in rows:
		found[row[3]] = (*found.get(row[3], ()), _of(row))
	return found


@request_cache
def mandatory(doctype: str) -> dict[str, str]:
	"""Fields that have to be filled in on this site and have no value of their own: name → label."""
	template = frappe.new_doc(doctype)
	return {
		df.fieldname: frappe._(df.label, context=doctype)
		for df in frappe.get_meta(doctype).get("fields", {"reqd": 1})
		if not template.get(df.fieldname)
	}
