"""The persons of a request as the engine's roster: what the register, the ledger and the declarations know of them.

What nobody has declared is left blank, for it is not known; blank is not nought. A supporter outside the household is
a household of their own, of which nothing is known but where it is.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from socaid_app.comparison import roster
from socaid_app.means_testing import comparison_requests as requests
from socaid_app.means_testing import roll_coverage
from socaid_app.permissions import sensitive
from socaid_app.policy import terms

# Before the name of a supporter: no household of the register.
ALONE = "supporter:"
SEXES = {"Male": "M", "Female": "F"}
TRUE, FALSE = "是", "否"
AT_ONCE = 1_000
OF_HOUSEHOLD = ("members", "benefit", "declared_deposits", "declared_homes")
NO_HOME = {"area": "", "counted": set()} | dict.fromkeys(OF_HOUSEHOLD)


def load(connection, request: Document, folder: Path, on: date) -> roster.Roster:
	"""The roster of the request's persons in the connection."""
	layout = roster.load_layout()
	wanted = (*roster.ALWAYS, *layout.facts)
	path = folder / "roster.csv"
	with open(path, "w", encoding="utf-8", newline="") as file:
		writer = csv.writer(file)
		writer.writerow([one.columns[0] for one in wanted])
		for person in persons(request, on):
			writer.writerow([_text(person.get(one.name)) for one in wanted])
	try:
		return roster.load(connection, path, layout)
	finally:
		# full numbers lie on the disk no longer than they are read
		path.unlink()


def persons(request: Document, on: date) -> Iterator[dict]:
	"""One row each, by the names of the roster's fields; read a batch at a time, a few queries each."""
	asked = roll_coverage.lines_of(request.name)
	for at in range(0, len(asked), AT_ONCE):
		yield from _batch(request, asked[at : at + AT_ONCE], on)


def _batch(request: Document, asked: list[frappe._dict], on: date) -> Iterator[dict]:
	names = [row.recipient for row in asked]
	roles = {row.recipient: row.person_role for row in asked}
	of_case = request.household or request.application
	key_of = {row.recipient: of_case or row.household for row in asked}
	keys = sorted(set(filter(None, key_of.values())))
	cases = _declarations(request, keys)
	members = _members(request, keys)
	benefits = _benefits([*names, *(row.recipient for rows in members.values() for row in rows)], on)
	homes = _households(keys, cases, members, benefits)
	numbers, former = sensitive.full_numbers(names)
	for row in frappe.get_all(
		"Recipient",
		filters={"name": ["in", names]},
		fields=["name", "full_name", "sex", "birth_date", "division", "marital"],
		order_by="name",
	):
		supporter = roles[row.name] == requests.SUPPORTER
		mine = benefits.get(row.name, [])
		key = key_of[row.name]
		case, home = cases.get(key), homes.get(key, NO_HOME)
		yield {
			"person": row.name,
			"id_number": numbers.get(row.name),
			"former_numbers": "、".join(former.get(row.name, ())),
			"name": row.full_name,
			"sex": SEXES.get(row.sex),
			"born_on": row.birth_date,
			"division": row.division,
			"schemes": "、".join(sorted({one.scheme for one in mine})),
			"marriage": row.marital,
			"paid": any(one.payment == terms.MONTHLY for one in mine),
			"applying": bool(case) and not supporter and case.docstatus == 0,
			"counted": None if supporter else row.name in home["counted"],
			"supports_tekun": supporter and case.scheme == terms.TEKUN,
			"declared_wage": None if supporter else _declared_income(case, row.name, {"Wages"}),
			"declared_pension": None
			if supporter
			else _declared_income(case, row.name, {"Pension", "Basic Pension"}),
			"area": home["area"],
			**(
				{"household": ALONE + row.name}
				if supporter or not key
				else {"household": key} | {name: home[name] for name in OF_HOUSEHOLD}
			),
		}


def _text(value) -> str:
	match value:
		case None:
			return ""
		case bool():
			return TRUE if value else FALSE
		case Decimal() | float():
			return f"{value:.2f}"
	return str(value)


def _benefits(people: list[str], on: date) -> Mapping[str, list[frappe._dict]]:
	"""Person → the rows of the ledger in force on a day that they have a share in."""
	ledger, share = frappe.qb.DocType("Entitlement"), frappe.qb.DocType("Entitlement Share")
	month = on.replace(day=1)
	in_force = (
		(ledger.docstatus == 1)
		& (ledger.start_month <= month)
		& (ledger.end_month.isnull() | (ledger.end_month >= month))
	)
	fields = (ledger.name, ledger.scheme, ledger.payment, ledger.amount)
	rows = (
		frappe.qb.from_(ledger)
		.join(share)
		.on((share.parent == ledger.name) & (share.parenttype == "Entitlement"))
		.where(in_force & share.recipient.isin(people or [""]))
		.select(*fields, share.recipient)
	).run(as_dict=True)
	rows += (
		frappe.qb.from_(ledger)
		.where(in_force & ledger.recipient.isin(people or [""]))
		.select(*fields, ledger.recipient)
	).run(as_dict=True)
	found: dict[str, dict[str, frappe._dict]] = defaultdict(dict)
	for row in rows:
		found[row.recipient][row.name] = row
	return {person: list(each.values()) for person, each in found.items()}


def _declarations(request: Document, keys: list[str]) -> dict[str, frappe._dict]:
	"""By household: the case that is asked for, or the last one that was confirmed; what the family has declared."""
	wanted = (
		{"name": request.application} if request.application else {"household": ["in", keys], "docstatus": 1}
	)
	rows = frappe.get_all(
		"Assistance Application",
		filters=wanted,
		fields=["name", "household", "scheme", "docstatus", "area", "no_income", "no_property"],
		order_by="applied_on, creation",
	)
	found = {keys[0] if request.application else row.household: row for row in rows}
	by_name = {row.name: row for row in found.values()}
	for row in by_name.values():
		row.properties, row.incomes = [], []
	for table, field, fields in (
		("Application Property", "properties", ["parent", "kind", "value"]),
		("Application Income", "incomes", ["parent", "recipient", "item", "annual"]),
	):
		for row in frappe.get_all(
			table,
			filters={"parent": ["in", list(by_name)], "parenttype": "Assistance Application"},
			fields=fields,
			order_by="idx",
		):
			by_name[row.parent][field].append(row)
	return found


def _members(request: Document, keys: list[str]) -> dict[str, list[frappe._dict]]:
	"""By household: who belongs to it; of a case, whom it names."""
	of_case = bool(request.application)
	rows = frappe.get_all(
		"Application Member" if of_case else "Household Member",
		filters={"parent": request.application}
		if of_case
		else {
			"parent": ["in", keys],
			"parenttype": "Recipient Household",
			"left_on": ["is", "not set"],
		},
		fields=["parent", "recipient", "counted"],
		order_by="idx",
	)
	found: dict[str, list[frappe._dict]] = defaultdict(list)
	for row in rows:
		if row.recipient:
			found[keys[0] if of_case else row.parent].append(row)
	return found


def _households(
	keys: list[str], cases: Mapping[str, frappe._dict], members: Mapping, benefits: Mapping
) -> dict[str, dict]:
	"""Each household as it stands on the register, and as the case has it before it does."""
	areas = dict(
		frappe.get_all(
			"Recipient Household",
			filters={"name": ["in", keys]},
			fields=["name", "area"],
			order_by="name",
			as_list=True,
		)
	)
	return {key: _household(areas.get(key), cases.get(key), members.get(key, ()), benefits) for key in keys}


def _household(area: str | None, case: frappe._dict | None, members: Iterable, benefits: Mapping) -> dict:
	counted = {row.recipient for row in members if cint(row.counted)}
	mine = {one.name: one for row in members for one in benefits.get(row.recipient, ())}
	declared = case and (case.properties or cint(case.no_property))
	return {
		"area": area or (case and case.area) or "",
		"counted": counted,
		"members": len(counted) or None,
		"benefit": sum(Decimal(str(one.amount)) for one in mine.values() if one.payment == terms.MONTHLY),
		"declared_deposits": sum(
			Decimal(str(row.value or 0)) for row in case.properties if row.kind == "Deposit"
		)
		if declared
		else None,
		"declared_homes": sum(row.kind == "Home" for row in case.properties) if declared else None,
	}


def _declared_income(case: frappe._dict | None, person: str, items: set[str]) -> Decimal | None:
	"""A month's income of this kind, None where nobody has declared any income, nor that there is none."""
	if not case or not (case.incomes or cint(case.no_income)):
		return None
	year = sum(
		Decimal(str(row.annual or 0)) for row in case.incomes if row.recipient == person and row.item in items
	)
	return Decimal(year) / 12
