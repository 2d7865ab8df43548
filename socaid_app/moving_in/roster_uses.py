"""Whether what a roster wrote was used since: whatever refers to it and was not written with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.query_builder import Criterion
from pypika.queries import QueryBuilder

from socaid_app.moving_in.roster_records import ROW
from socaid_app.socaid_app import entitlements, person_references
from socaid_app.socaid_app.registry import HOUSEHOLD, PERSON

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

	def made_here(kind: str) -> QueryBuilder:
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
				& rows[column].isnotnull()
			)
		)

	found: dict[str, str] = {}
	for kind in ASKED:
		if wanted[kind]:
			found |= _changed(kind, made_here(kind))
			for column in asked[kind]:
				for name, by, parent in _references(column, kind, made_here, roster_import):
					if (parent, name) not in joined:
						found.setdefault(name, f"{_(column.doctype)} {parent or by}")
	return found


def _changed(doctype: str, names: QueryBuilder) -> dict[str, str]:
	"""What was saved after it was written."""
	table = frappe.qb.DocType(doctype)
	rows = (
		frappe.qb.from_(table)
		.select(table.name)
		.where(table.name.isin(names) & (table.modified != table.creation))
		.run()
	)
	return {name: _("changed since") for (name,) in rows}


def _references(
	column: person_references.Column,
	kind: str,
	made_here: Callable[[str], QueryBuilder],
	roster_import: str,
) -> Iterator[tuple]:
	"""(record referred to, row that refers, household whose member or history the row is or None), of what was not
	written with it.
	"""
	table = frappe.qb.DocType(column.doctype)
	if not frappe.qb.from_(table).select(table.name).limit(1).run():
		return
	conditions = [table[column.field].isin(made_here(kind))]
	if column.kind:
		conditions.append(table[column.kind] == kind)
	home = None
	match column.doctype:
		case "Roster Import Row":
			# a row that found the person there has made nothing of it
			conditions += [table.made.isnotnull(), table.roster_import != roster_import]
		case "Recipient Household" | "Entitlement":
			conditions.append(table.name.notin(made_here(column.doctype)))
		case "Household Member" | "Household Event":
			home = table.parent if column.is_child else table.household
			conditions.append(home.notin(made_here(HOUSEHOLD)))
		case "Entitlement Share":
			home = table.parent
			conditions.append(home.notin(made_here(ENTITLEMENT)))
		case _ if column.is_child:
			home = table.parent
	selected = [table[column.field], table.name, *([home] if home is not None else [])]
	for name, by, *parent in frappe.qb.from_(table).select(*selected).where(Criterion.all(conditions)).run():
		yield name, str(by), str(parent[0]) if parent else None
