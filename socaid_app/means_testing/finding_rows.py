"""Findings written many at a time, by the identity of their fact: a hundred thousand in a few hundred statements.

The same fact found again is the same row, seen once more; what was concluded keeps the facts it was concluded on.
Written twice, after a job was killed, it is the same as written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

import frappe

TABLE = "tabComparison Finding"
CONCLUDED = "Finding Concluded"
# More rows in a statement are not faster, and a packet of the database ends at some megabytes.
ROWS_AT_ONCE = 1000
# What is new about a finding that is known already. MariaDB assigns from left to right: ``last_seen`` comes last.
SEEN_AGAIN = f"""
	`facts` = if(`status` != '{CONCLUDED}' and values(`last_seen`) >= `last_seen`, values(`facts`), `facts`),
	`row_count` = if(values(`last_seen`) >= `last_seen`, values(`row_count`), `row_count`),
	`row_numbers` = if(values(`last_seen`) >= `last_seen`, values(`row_numbers`), `row_numbers`),
	`request` = if(values(`last_seen`) >= `last_seen`, values(`request`), `request`),
	`household` = coalesce(`household`, values(`household`)),
	`first_seen` = least(`first_seen`, values(`first_seen`)),
	`last_seen` = greatest(`last_seen`, values(`last_seen`))
"""


def write(rows: Iterable[Mapping[str, object]], table: str = TABLE) -> int:
	"""All rows have the same columns, with a unique ``identity`` among them. Returns how many were written."""
	rows, count = iter(rows), 0
	while some := list(islice(rows, ROWS_AT_ONCE)):
		frappe.db.sql(*_statement(some, table))
		count += len(some)
	return count


def _statement(rows: list[Mapping[str, object]], table: str) -> tuple[str, list]:
	# Raw SQL: an insert that updates what is there, in one statement for many rows.
	columns = ", ".join(f"`{name}`" for name in rows[0])
	marks = f"({', '.join(['%s'] * len(rows[0]))})"
	query = f"insert into `{table}` ({columns}) values {', '.join([marks] * len(rows))} on duplicate key update {SEEN_AGAIN}"
	return query, [value for row in rows for value in row.values()]
