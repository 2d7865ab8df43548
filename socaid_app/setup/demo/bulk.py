"""Many rows at once. MySQLdb (mysqlclient) escapes and sends rows in C; Frappe's own bulk insert is the fallback."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import frappe

CHUNK = 2000


def insert(doctype: str, columns: Sequence[str], rows: Iterable[Sequence]) -> int:
	"""Insert ``rows`` into the table of ``doctype``; returns how many. Committed chunk by chunk.

	Nothing here validates: the caller writes what the controllers would have written.
	"""
	connection = _mysqlclient()
	rows, count = iter(rows), 0
	# Raw SQL: this is the one place where the driver's own executemany is the point.
	statement = "insert into `tab{}` ({}) values ({})".format(
		doctype, ", ".join(f"`{column}`" for column in columns), ", ".join(["%s"] * len(columns))
	)
	try:
		while chunk := list(islice(rows, CHUNK)):
			if connection:
				connection.cursor().executemany(statement, chunk)
				connection.commit()
			else:
				frappe.db.bulk_insert(doctype, list(columns), chunk)
				frappe.db.commit()
			count += len(chunk)
	finally:
		if connection:
			connection.close()
	return count


def _mysqlclient():
	try:
		import MySQLdb
	except ImportError:
		return None
	conf = frappe.conf
	options = {"user": conf.db_user or conf.db_name, "passwd": conf.db_password, "db": conf.db_name, "charset": "utf8mb4"}
	if conf.db_socket:
		options["unix_socket"] = conf.db_socket
	else:
		options.update(host=conf.db_host or "127.0.0.1", port=int(conf.db_port or 3306))
	return MySQLdb.connect(**options)


def advance_series(prefix: str, used: int) -> None:
	"""Let new documents be numbered after the loaded ones."""
	series = frappe.qb.DocType("Series")
	if frappe.qb.from_(series).select(series.current).where(series.name == prefix).run():
		frappe.qb.update(series).set(series.current, used).where((series.name == prefix) & (series.current < used)).run()
	else:
		frappe.qb.into(series).columns("name", "current").insert(prefix, used).run()
