"""What a database holds, table by table: rows and checksum, to compare a restored one with the original.

``CHECKSUM TABLE`` reads every row and does not depend on their order. It finds what a dump or its import lost;
against forgery there are restic's authentication and the SHA-256 of the dump.
"""

from __future__ import annotations

from typing import NamedTuple

import frappe
from frappe.utils import create_batch

# Tables per statement.
BATCH = 100


class Table(NamedTuple):
	rows: int
	checksum: str


def read(db) -> dict[str, Table]:
	"""Every table and sequence of the database a connection is open to, as its transaction sees it.

	Raw SQL throughout: neither CHECKSUM TABLE nor a union over the names of tables has a query-builder form.
	"""
	names = db.sql(
		"""select table_name from information_schema.tables
		where table_schema = database() and table_type in ('BASE TABLE', 'SEQUENCE') order by table_name""",
		pluck=True,
	)
	found: dict[str, Table] = {}
	for batch in create_batch(names, BATCH):
		counts = dict(db.sql(" union all ".join(_count(name) for name in batch)))
		sums = db.sql("checksum table " + ", ".join(f"`{name}`" for name in batch))
		checksums = {table.split(".", 1)[1]: str(value) for table, value in sums}
		found |= {name: Table(counts[name], checksums[name]) for name in batch}
	return found


def _count(name: str) -> str:
	return f"select {frappe.db.escape(name, percent=False)}, count(*) from `{name}`"
