"""The persons of a request as the engine's roster: what the register, the ledger and the declarations know of them.

What nobody has declared is left blank, for it is not known; blank is not nought. A supporter outside the household is
a household of their own, of which nothing is known but where it is.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from socaid_app.comparison import roster
from socaid_app.means_testing import comparison_requests as requests
from socaid_app.permissions import sensitive
from socaid_app.policy import terms

# Before the name of a supporter: no household of the register.
ALONE = "supporter:"
SEXES = {"Male": "M", "Female": "F"}
TRUE, FALSE = "是", "否"


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


def persons(request: Document, on: date) -> Iterable[dict]:
	"""One row each, by the names of the roster's fields."""
	names = [row.recipient for row in request.persons]
	roles = {row.recipient: row.person_role for row in request.persons}
	numbers, former = sensitive.full_numbers(names)
	benefits = _benefits(names, on)
	case = _declaration(request)
	home = _household(request, case, benefits, on)
	for row in frappe.get_all(
		"Recipient",
		filters={"name": ["in", names]},
		fields=["name", "full_name", "sex", "birth_date", "division", "marital"],
		order_by="name",
	):
		supporter = roles[row.name] == requests.SUPPORTER
		mine = benefits.get(row.name, [])
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
				if supporter
				else {
					name: home[name]
					for name in ("household", "members", "benefit", "declared_deposits", "declared_homes")
				}
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


def _declaration(request: Document) -> Document | None:
	"""The case, or the last one that was confirmed for the household: what the family has declared."""
	name = request.application or frappe.db.get_value(
		"Assistance Application",
		{"household": request.household, "docstatus": 1},
		"name",
		order_by="applied_on desc, creation desc",
	)
	return frappe.get_doc("Assistance Application", name) if name else None


def _household(request: Document, case: Document | None, benefits: Mapping, on: date) -> dict:
	"""The household as it stands on the register, and as the case has it before it does."""
	home = frappe.get_doc("Recipient Household", request.household) if request.household else None
	members = case.members if request.application or not home else home.members
	counted = {row.recipient for row in members if cint(row.counted)}
	mine = {one.name: one for row in members for one in benefits.get(row.recipient, ())}
	declared = case and (case.properties or cint(case.no_property))
	return {
		"household": request.household or request.application,
		"area": (home and home.area) or (case and case.area) or "",
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


def _declared_income(case: Document | None, person: str, items: set[str]) -> Decimal | None:
	"""A month's income of this kind, None where nobody has declared any income, nor that there is none."""
	if not case or not (case.incomes or cint(case.no_income)):
		return None
	year = sum(
		Decimal(str(row.annual or 0)) for row in case.incomes if row.recipient == person and row.item in items
	)
	return Decimal(year) / 12
