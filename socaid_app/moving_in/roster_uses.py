"""Whether what a roster wrote was used since: whatever refers to it and was not written with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.query_builder import Criterion
from pypika.queries import QueryBuilder

from socaid_app.moving_in.roster_records import ROW
from socaid_app.socaid_app import entitlements, person_references
from socaid_app.socaid_app.registry import EVENT, HOUSEHOLD, PERSON

ENTITLEMENT = entitlements.DOCTYPE
# What somebody may have referred to in it, and the DocTypes whose rows were written with it.
ASKED = (PERSON, HOUSEHOLD, ENTITLEMENT)
# Of each the column of the staged rows that names it, and the word in ``made`` of the row that made it.
STAGED = {
	PERSON: ("recipient", "person"),
	HOUSEHOLD: ("household", "household"),
	ENTITLEMENT: ("entitlement", "benefit"),
}


@dataclass
class Made:
	"""What one family of a roster made; ``joined``: members of households that were there before."""

	number: int
	rows: list[str] = field(default_factory=list)
	persons: set[str] = field(default_factory=set)
	homes: set[str] = field(default_factory=set)
	benefits: set[str] = field(default_factory=set)
	joined: set[tuple[str, str]] = field(default_factory=set)
	# of the benefits and members in households that stay
	touched: set[str] = field(default_factory=set)


def columns() -> dict[str, list[person_references.Column]]:
	"""Where anything may refer to what a roster wrote; asked of the metadata, and hence once for many families."""
	return {kind: person_references.columns(kind) for kind in ASKED}


def of(
	families: Iterable[Made], roster_import: str, asked: dict[str, list[person_references.Column]]
) -> dict[str, str]:
	"""{record that a roster made: what uses it}, in words. ``asked``: the :func:`columns`."""
	families = list(families)
	wanted = {
		PERSON: {name for family in families for name in family.persons},
		HOUSEHOLD: {name for family in families for name in family.homes},
		ENTITLEMENT: {name for family in families for name in family.benefits},
	}
	joined = {pair for family in families for pair in family.joined}

	def staged(kind: str) -> QueryBuilder:
		# asked of the database by the rows that made them: thousands of names in each of two hundred statements take
		# longer to write and read than to look for
		rows = frappe.qb.DocType(ROW)
		column, word = STAGED[kind]
		return (
			frappe.qb.from_(rows)
			.select(rows[column])
			.where(
				(rows.roster_import == roster_import)
				& rows.group_no[families[0].number : families[-1].number]
				& rows.made.like(f"%{word}%")
			)
		)

	found: dict[str, str] = {}
	for kind in ASKED:
		if wanted[kind]:
			found |= _changed(kind, wanted[kind])
			for column in asked[kind]:
				for name, by, parent in _references(column, kind, staged(kind)):
					if not _is_own(column.doctype, by, parent, name, wanted, joined, roster_import):
						found.setdefault(name, f"{_(column.doctype)} {parent or by}")
	return found


def _changed(doctype: str, names: set[str]) -> dict[str, str]:
	"""What was saved after it was written."""
	table = frappe.qb.DocType(doctype)
	rows = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(table.name.isin(sorted(names)) & (table.modified != table.creation))
		.run()
	)
	return {name: _("changed since") for (name,) in rows}


def _references(column: person_references.Column, kind: str, names: QueryBuilder) -> Iterator[tuple]:
	"""(record referred to, row that refers, its parent or None)."""
	table = frappe.qb.DocType(column.doctype)
	if not frappe.qb.from_(table).select(table.name).limit(1).run():
		return
	# whose row it is: of the history, the household's
	within = table.parent if column.is_child else table.household if column.doctype == EVENT else None
	conditions = [table[column.field].isin(names)]
	if column.doctype == ROW:
		# a row that found the person there has made nothing of it
		conditions.append(table.made.isnotnull())
	if column.kind:
		conditions.append(table[column.kind] == kind)
	selected = [table[column.field], table.name, *([within] if within is not None else [])]
	for name, by, *home in frappe.qb.from_(table).select(*selected).where(Criterion.all(conditions)).run():
		yield name, str(by), str(home[0]) if home else None


def _is_own(
	doctype: str,
	by: str,
	parent: str | None,
	name: str,
	wanted: dict[str, set[str]],
	joined: set[tuple[str, str]],
	roster_import: str,
) -> bool:
	match doctype:
		case "Roster Import Row":
			return by.startswith(f"{roster_import}-")
		case "Recipient Household":
			return by in wanted[HOUSEHOLD]
		case "Entitlement":
			return by in wanted[ENTITLEMENT]
		case "Household Member" | "Household Event":
			return parent in wanted[HOUSEHOLD] or (parent, name) in joined
		case "Entitlement Share":
			return parent in wanted[ENTITLEMENT]
	return False
