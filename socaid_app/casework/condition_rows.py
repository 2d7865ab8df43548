"""When a record is meant, as filter rows that an administrator sets: of record type, field, operator, value.

Nothing of them is ever SQL: each field has to be a column of its record type, each operator one of a list, and the
choices of a selection are stored as its words. Frappe's lists, the engine and the browser read them alike
(:func:`due_rules.compare`, public/js/socaid/condition_rows.js).
"""

from __future__ import annotations

import json
import re

import frappe
from frappe import _
from frappe.model import optional_fields
from frappe.model.meta import DEFAULT_FIELD_LABELS

from socaid_app.casework.due_rules import OPERATORS


class ConditionRows:
	"""Part of a controller with ``document_type`` and ``conditions`` (JSON); ``refuse`` raises its error."""

	# Another record type whose fields may be asked for: that of a table.
	table = ""

	def check_conditions(self) -> None:
		"""Rows of record type, field, operator, value; nothing else, so that no text of a rule is ever SQL."""
		try:
			rows = json.loads(self.conditions or "[]")
		except ValueError:
			self.refuse(_("The conditions cannot be read. Set them with the filters."))
		if not isinstance(rows, list):
			self.refuse(_("The conditions cannot be read. Set them with the filters."))
		kept = [self.condition(row) for row in rows]
		named = [tuple(row[:2]) for row in kept]
		for row in kept:
			if named.count(tuple(row[:2])) > 1:
				self.refuse(
					_("Condition on {0}: one line for each field; choose “in” for several values.").format(
						row[1]
					)
				)
		self.conditions = json.dumps(kept, ensure_ascii=False)

	def condition(self, row) -> list:
		if (
			not isinstance(row, list)
			or not 4 <= len(row) <= 5
			or not all(isinstance(part, str) for part in row[:3])
		):
			self.refuse(_("The conditions cannot be read. Set them with the filters."))
		kind, fieldname, operator, value = row[:4]
		if kind not in (self.document_type, self.table):
			self.refuse(
				_("Condition on {0}: it is neither this record type nor the table of its date.").format(kind)
			)
		field = field_of(frappe.get_meta(kind), fieldname)
		if not field:
			self.refuse(_("Condition on {0}: {1} has no such field.").format(fieldname, _(kind)))
		if operator not in OPERATORS:
			self.refuse(_("Condition on {0}: choose one of {1}.").format(fieldname, "、".join(OPERATORS)))
		if operator == "is" and value not in ("set", "not set"):
			self.refuse(_("Condition on {0}: “is” asks for set or not set.").format(fieldname))
		if operator in ("in", "not in"):
			value = re.split("[,，、]", value) if isinstance(value, str) else value
			value = [part.strip() if isinstance(part, str) else part for part in value or []]
			if not value:
				self.refuse(_("Condition on {0}: choose at least one value.").format(fieldname))
		if not all(is_plain(part) for part in (value if isinstance(value, list) else [value])):
			self.refuse(_("Condition on {0}: the value cannot be read.").format(fieldname))
		if field.fieldtype == "Select" and field.options and operator in ("=", "!=", "in", "not in"):
			value = self.choice(kind, field, value)
		return [kind, fieldname, operator, value]

	def choice(self, kind: str, field, value):
		"""The stored words of choices, which may be given as they are shown."""
		if isinstance(value, list):
			return [self.choice(kind, field, part) for part in value]
		known = field.options.split("\n")
		stored = {_(option, context=kind): option for option in known if option} | dict(
			zip(known, known, strict=True)
		)
		if value not in stored:
			self.refuse(_("Condition on {0}: there is no choice {1}.").format(field.fieldname, value))
		return stored[value]


def field_of(meta, fieldname: str):
	"""A field with a column, the standard ones among them."""
	if field := meta.get_field(fieldname):
		return None if field.fieldtype in frappe.model.no_value_fields or field.get("is_virtual") else field
	if fieldname in DEFAULT_FIELD_LABELS and fieldname not in optional_fields:
		kind = {"docstatus": "Int", "creation": "Datetime", "modified": "Datetime"}.get(fieldname, "Data")
		return frappe._dict(fieldname=fieldname, fieldtype=kind)
	return None


def is_plain(value) -> bool:
	return isinstance(value, str | int | float) and len(str(value)) <= 140
