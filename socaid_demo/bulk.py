"""Rows into tables, fast: MariaDB reads files of them (LOAD DATA) where it may, else in multi-row inserts."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import frappe

# Every way a connection refuses LOAD DATA LOCAL: server setting, client setting, unknown command.
REFUSED = {1148, 2068, 3948, 4166}


class UnknownColumn(LookupError):
	"""A generated row has a field that the DocType does not have (any more)."""


class Inserts:
	"""Multi-row inserts on Frappe's own connection, inside its transaction."""

	def write(self, doctype: str, rows: list[dict]) -> None:
		for columns, group in alike(doctype, rows):
			frappe.db.bulk_insert(doctype, columns, (list(row.values()) for row in group), chunk_size=2_000)

	def close(self) -> None:
		pass


class Files:
	"""LOAD DATA LOCAL INFILE on a connection of its own, which commits with every file."""

	def __init__(self) -> None:
		self._connection = connect()
		with self._connection.cursor() as cursor:
			# The names are unique by construction; the check would read every index page once more.
			cursor.execute("set session unique_checks = 0, session foreign_key_checks = 0")

	def write(self, doctype: str, rows: list[dict]) -> None:
		for columns, group in alike(doctype, rows):
			self._load(doctype, columns, group)

	def _load(self, doctype: str, columns: list[str], rows: list[dict]) -> None:
		handle, path = tempfile.mkstemp(prefix="socaid-demo-", suffix=".tsv")
		try:
			with open(handle, "w", encoding="utf-8", newline="") as file:
				file.writelines(line(row) for row in rows)
			listed = ", ".join(f"`{column}`" for column in columns)
			with self._connection.cursor() as cursor:
				# Raw SQL: LOAD DATA has no query-builder form.
				cursor.execute(
					f"load data local infile '{path}' into table `tab{doctype}` character set utf8mb4 ({listed})"
				)
				if cursor.rowcount != len(rows):
					raise RuntimeError(f"{doctype}: {cursor.rowcount} of {len(rows)} rows were taken")
			self._connection.commit()
		finally:
			os.unlink(path)

	def close(self) -> None:
		self._connection.close()


def writer(fast: bool) -> Inserts | Files:
	"""``fast`` writes outside Frappe's transaction; where the server forbids files, inserts do the work."""
	if not fast:
		return Inserts()
	files = Files()
	try:
		with files._connection.cursor() as cursor:
			cursor.execute("select @@local_infile")
			if cursor.fetchone()[0]:
				return files
	except Exception as error:
		if error.args and error.args[0] not in REFUSED:
			raise
	files.close()
	return Inserts()


def connect():
	"""A second connection to the site's database, by mysqlclient where it is installed."""
	db = frappe.db
	settings = {"user": db.user, "password": db.password, "database": db.cur_db_name, "charset": "utf8mb4"}
	if db.socket:
		settings["unix_socket"] = db.socket
	else:
		settings |= {"host": db.host, "port": int(db.port or 3306)}
	try:
		import MySQLdb as driver
	except ImportError:
		import pymysql as driver
	return driver.connect(**settings, local_infile=True)


def advance_series(series: dict[str, int]) -> None:
	"""New documents are numbered after the generated ones."""
	for name, current in series.items():
		# Raw SQL: an upsert that never lowers a counter has no query-builder form.
		frappe.db.sql(
			"insert into `tabSeries` (`name`, `current`) values (%s, %s)"
			" on duplicate key update `current` = greatest(`current`, values(`current`))",
			(name, current),
		)


def alike(doctype: str, rows: list[dict]) -> Iterator[tuple[list[str], list[dict]]]:
	"""Rows that set the same columns in the same order; the others keep the database's default.

	Raises UnknownColumn rather than losing a value.
	"""
	groups: dict[tuple[str, ...], list[dict]] = {}
	for row in rows:
		groups.setdefault(tuple(row), []).append(row)
	known = set(frappe.db.get_table_columns(doctype))
	for columns, group in groups.items():
		if unknown := set(columns) - known:
			raise UnknownColumn(f"{doctype}: {', '.join(sorted(unknown))}")
		yield list(columns), group


def line(row: dict) -> str:
	return "\t".join([text(value) for value in row.values()]) + "\n"


def text(value) -> str:
	r"""A value as LOAD DATA reads it: ``\N`` for NULL, backslash, tab and newline escaped."""
	if value is None:
		return "\\N"
	if type(value) is str:
		if "\\" in value or "\n" in value or "\t" in value:
			return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
		return value
	if isinstance(value, int | float | Decimal | date | datetime):
		return str(value)
	raise TypeError(f"{type(value).__name__} cannot be stored")
