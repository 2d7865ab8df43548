"""Where records refer to a person: every column, from the metadata, and how a row is made to name another.

Links and dynamic links come from the DocTypes as they are on this site, fields a county added and Property Setters
included; so a DocType that is made tomorrow is covered. What is no link is listed here: files hang on a record by a
text. Rows that say for ever what was written then stay (hook ``socaid_written_once``), and so does what only tells what
happened to a record: versions, logs, shares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import frappe
from frappe.model import table_fields
from frappe.model.dynamic_links import get_dynamic_links
from frappe.model.rename_doc import get_link_fields
from frappe.query_builder import Criterion
from frappe.utils import now

PERSON = "Recipient"
# By a text instead of a link: the column that names the DocType, and the one that names the record.
BY_TEXT = {"File": ("attached_to_doctype", "attached_to_name")}
# Belongs to the record itself, or tells what was done with it then; DocShare and followers: who may see the one record
# was not asked about the other.
STAYS = frozenset(
	{
		"Access Log",
		"Activity Log",
		"Deleted Document",
		"DocShare",
		"Document Follow",
		"Document Share Key",
		"Duplicate Candidate",
		"Energy Point Log",
		"Error Log",
		"Notification Log",
		"Person Merge Move",
		"Recipient Identity",
		"Sensitive Access Log",
		"User Permission",
		"Version",
		"View Log",
	}
)


@dataclass(frozen=True, order=True)
class Column:
	"""A column that may name a person; ``kind`` is the column that says of which DocType the named record is."""

	doctype: str
	field: str
	kind: str = ""

	@property
	def is_child(self) -> bool:
		return bool(frappe.get_meta(self.doctype).istable)

	@property
	def is_unique(self) -> bool:
		df = frappe.get_meta(self.doctype).get_field(self.field)
		return bool(df and df.unique)

	def named(self, person: str) -> dict[str, str]:
		"""What a row says that names the person."""
		return {self.field: person} | ({self.kind: PERSON} if self.kind else {})

	def criterion(self, table, person: str):
		return Criterion.all([table[field] == value for field, value in self.named(person).items()])

	def rows(self, person: str, name: str = "") -> list[str]:
		"""The rows that name ``person`` and may be made to name another; only ``name`` where it is given."""
		table = frappe.qb.DocType(self.doctype)
		query = frappe.qb.from_(table).select(table.name).where(self.criterion(table, person))
		if name:
			query = query.where(table.name == name)
		if frozen := frozen_rows(self.doctype):
			query = query.where(frozen(table).negate())
		return [str(row[0]) for row in query.orderby(table.name).run()]


def columns(of: str = PERSON) -> list[Column]:
	"""Every column of every stored DocType that can name a person, and is moved when persons are merged; or a record
	of another DocType."""
	frappe.flags.pop("link_fields", None)
	found = {
		Column(row.parent, row.fieldname)
		for row in get_link_fields(of)
		if not row.issingle and (row.parent, row.fieldname) != (PERSON, "merged_into")
	}
	found |= {
		Column(df.parent, df.fieldname, df.options)
		for df in get_dynamic_links()
		if frappe.db.table_exists(df.parent)
	}
	found |= {Column(doctype, field, kind) for doctype, (kind, field) in BY_TEXT.items()}
	found |= {
		Column(df.options, "parent", "parenttype")
		for df in frappe.get_meta(of).fields
		if df.fieldtype in table_fields
	}
	return sorted(column for column in found if column.doctype not in STAYS and _is_stored(column))


def _is_stored(column: Column) -> bool:
	"""A definition may be there without its table or column."""
	return frappe.db.table_exists(column.doctype) and frappe.db.has_column(column.doctype, column.field)


def frozen_rows(doctype: str) -> Callable | None:
	"""The criterion of rows that say for ever what they said when they were written (hook ``socaid_written_once``)."""
	paths = frappe.get_hooks("socaid_written_once").get(doctype) or []
	return frappe.get_attr(paths[-1]) if paths else None


def move(column: Column, rows: Iterable[str], source: str, target: str) -> None:
	"""Make ``rows`` name ``target``; whoever has one of their records open has to load it again."""
	rows = list(rows)
	table = frappe.qb.DocType(column.doctype)
	for names in _chunks(rows):
		(
			frappe.qb.update(table)
			.set(table[column.field], target)
			.set(table.modified, now())
			.where(table.name.isin(names) & column.criterion(table, source))
			.run()
		)
	_follow_fetches(column, rows, source, target)
	_tell_records(column, rows)


def _follow_fetches(column: Column, rows: list[str], source: str, target: str) -> None:
	"""What a row has copied from the one person it now has from the other: name, masked number."""
	fields = {
		df.fieldname: df.fetch_from.partition(".")[2]
		for df in frappe.get_meta(column.doctype).fields
		if (df.fetch_from or "").startswith(f"{column.field}.")
	}
	if not (fields and rows):
		return
	person = frappe.get_meta(PERSON)
	wanted = [name for name in dict.fromkeys(fields.values()) if person.has_field(name)]
	before, after = (frappe.db.get_value(PERSON, name, wanted, as_dict=True) for name in (source, target))
	table = frappe.qb.DocType(column.doctype)
	for field, copied in fields.items():
		if copied not in wanted or before[copied] == after[copied]:
			continue
		for names in _chunks(rows):
			query = frappe.qb.update(table).set(table[field], after[copied])
			query.where(table.name.isin(names) & (table[field] == before[copied])).run()


def _tell_records(column: Column, rows: list[str]) -> None:
	"""The records to which the rows belong were changed."""
	if not column.is_child:
		for name in rows:
			frappe.clear_document_cache(column.doctype, name)
		return
	table = frappe.qb.DocType(column.doctype)
	for names in _chunks(rows):
		owners = (
			frappe.qb.from_(table)
			.select(table.parenttype, table.parent)
			.where(table.name.isin(names))
			.distinct()
			.run()
		)
		for doctype, name in owners:
			if not doctype or frappe.get_meta(doctype).issingle:
				continue
			frappe.db.set_value(doctype, name, "modified", now(), update_modified=False)
			frappe.clear_document_cache(doctype, name)


def owners(doctype: str) -> list[str]:
	"""The DocTypes of which ``doctype`` is a table."""
	return [
		one
		for one in frappe.get_all(
			"DocField",
			filters={"fieldtype": ["in", table_fields], "options": doctype, "parenttype": "DocType"},
			pluck="parent",
			order_by="parent",
		)
		if not frappe.get_meta(one).issingle
	]


def _chunks(names: list[str], size: int = 1_000) -> Iterator[list[str]]:
	for start in range(0, len(names), size):
		yield names[start : start + size]
