"""Reading a record with its tables from the database: one short statement for each table that has rows.

Frappe 15 sends each of them through its query builder, for a record of ten tables four times the work of all the rest,
and every save reads the record twice. Frappe 16 reads as this does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import frappe
from frappe.model.document import Document
from frappe.model.utils import is_virtual_doctype


class Loaded(Document):
	"""Base of the app's records and rows."""

	def load_from_db(self):
		stored = isinstance(self.name, str) and not (self.meta.issingle or self.meta.is_virtual)
		tables = _tables(self.doctype) if stored else None
		if tables is None:
			return super().load_from_db()
		lock = "for update" if self.flags.for_update else ""
		found = _rows(self.doctype, "name = %(names)s", self.name, lock)
		if not found:
			# says that there is no such record
			return super().load_from_db()
		self.flags.ignore_children = True
		super(Document, self).__init__(found[0])
		self.flags.pop("ignore_children", None)
		filled = _filled(tables, self.doctype, (self.name,), lock)
		for field, table in tables.items():
			rows = (
				_rows(table, _OF_PARENT, self.name, f"order by idx {lock}", self.doctype, field)
				if field in filled
				else []
			)
			self.set(field, rows)
		if hasattr(self, "__setup__"):
			self.__setup__()
		return self


def load_many(doctype: str, names: Collection[str]) -> list[Document]:
	"""Records of the app with their tables, to be read, in the order of ``names``; the number of statements does not grow
	with them.

	Names that are not there are left out, and of rows who wrote them and when. Nobody's permission is asked.
	"""
	if not names:
		return []
	names, tables = tuple(names), _tables(doctype) or {}
	found = {row.name: row for row in _rows(doctype, "name in %(names)s", names)}
	for field in sorted(_filled(tables, doctype, names)):
		columns = [
			name for name in frappe.get_meta(tables[field]).get_valid_columns() if name not in _WRITTEN
		]
		for row in _rows(tables[field], _OF_PARENTS, names, "order by idx", doctype, field, columns):
			found[row.parent].setdefault(field, []).append(row)
	return [frappe.get_doc({"doctype": doctype, **found[name]}) for name in names if name in found]


_OF_PARENT = "parent = %(names)s and parenttype = %(parenttype)s and parentfield = %(field)s"
_OF_PARENTS = _OF_PARENT.replace("= %(names)s", "in %(names)s")
# To read a moment takes Frappe 15 longer than to read a text.
_WRITTEN = ("creation", "modified", "owner", "modified_by", "docstatus")


def _tables(doctype: str) -> dict[str, str] | None:
	"""Field → DocType of its rows; None where Frappe has to compute one of them."""
	tables = {df.fieldname: df.options for df in frappe.get_meta(doctype).get_table_fields()}
	return None if any(is_virtual_doctype(table) for table in tables.values()) else tables


def _filled(tables: dict[str, str], doctype: str, names: tuple[str, ...], lock: str = "") -> set[str]:
	"""The fields whose table has rows of these records, in one statement; with ``lock``, as it is by now."""
	if len(tables) < 3:
		return set(tables)
	# Raw SQL: a union of as many tables as the DocType has.
	asked = " union all ".join(
		f"(select '{field}' from `tab{table}` where {_OF_PARENTS.replace('%(field)s', repr(field))} limit 1 {lock})"
		for field, table in tables.items()
	)
	return {field for (field,) in frappe.db.sql(asked, {"names": names, "parenttype": doctype})}


def _rows(
	doctype: str,
	where: str,
	names,
	more: str = "",
	parenttype: str = "",
	field: str = "",
	columns: Iterable[str] = (),
) -> list:
	shown = ", ".join(f"`{column}`" for column in columns) or "*"
	# Raw SQL: the query builder is what this saves.
	return frappe.db.sql(
		f"select {shown} from `tab{doctype}` where {where} {more}",
		{"names": names, "parenttype": parenttype, "field": field},
		as_dict=True,
	)
