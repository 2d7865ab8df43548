"""Many rows of a table written at once: what a job has computed, after the checks that a single save would make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import frappe
from frappe.utils import now

# Rows with long texts stay below the size of a packet.
AT_ONCE = 200


def insert(doctype: str, columns: Sequence[str], rows: Iterable[Sequence], user: str = "") -> int:
	"""Insert ``rows``, each with the values of ``columns`` in that order; returns how many.

	``creation``, ``modified``, ``owner`` and ``modified_by`` are filled in.
	"""
	moment, user = now(), user or frappe.session.user
	rows = [(moment, moment, user, user, *row) for row in rows]
	columns = ("creation", "modified", "owner", "modified_by", *columns)
	names = ", ".join(f"`{column}`" for column in columns)
	one = f"({', '.join(['%s'] * len(columns))})"
	for first in range(0, len(rows), AT_ONCE):
		part = rows[first : first + AT_ONCE]
		# Raw SQL: the query builder takes ten times as long to spell out a hundred thousand rows.
		frappe.db.sql(
			f"insert into `tab{doctype}` ({names}) values {', '.join([one] * len(part))}",
			[cell for row in part for cell in row],
		)
	return len(rows)


def children(parenttype: str, parentfield: str, fields: Sequence[str], rows: Mapping[str, Sequence[Mapping]]):
	"""The columns and rows of a child table for :func:`insert`; ``rows``: parent → its rows."""
	columns = ("name", "parent", "parenttype", "parentfield", "idx", *fields)
	return columns, [
		(
			frappe.generate_hash(length=10),
			parent,
			parenttype,
			parentfield,
			idx,
			*(row.get(field) for field in fields),
		)
		for parent, own in rows.items()
		for idx, row in enumerate(own, 1)
	]
