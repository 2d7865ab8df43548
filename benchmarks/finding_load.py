"""Findings of a comparison written to MariaDB by the app's own writer, and the bare bulk load of as many rows.

Both write into a table of their own with the columns and keys of Comparison Finding, empty at first, and commit once.
The bare load is executemany over rows that lie ready: one insert of many rows at a time, nothing updated.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

TABLE = "_benchmark_findings"
COLUMNS = {
	"name": "varchar(140) primary key",
	"identity": "varchar(140) unique",
	"creation": "datetime(6)",
	"modified": "datetime(6)",
	"owner": "varchar(140)",
	"modified_by": "varchar(140)",
	"docstatus": "tinyint not null default 0",
	"title": "varchar(140)",
	"recipient": "varchar(140)",
	"person_name": "varchar(140)",
	"household": "varchar(140)",
	"head_name": "varchar(140)",
	"application": "varchar(140)",
	"division": "varchar(140)",
	"township": "varchar(140)",
	"status": "varchar(140)",
	"severity": "varchar(140)",
	"due_on": "date",
	"first_seen": "date",
	"last_seen": "date",
	"rule": "varchar(140)",
	"source": "varchar(140)",
	"request": "varchar(140)",
	"row_count": "int",
	"row_numbers": "varchar(140)",
	"facts": "text",
	"means": "text",
	"verify": "text",
	"basis": "text",
}
KEYS = ("recipient", "household", "application", "due_on", "township", "rule", "request")


def empty_table() -> None:
	import frappe

	columns = ", ".join(f"`{name}` {kind}" for name, kind in COLUMNS.items())
	keys = ", ".join(f"index (`{name}`)" for name in KEYS)
	frappe.db.sql_ddl(f"drop table if exists `{TABLE}`")
	frappe.db.sql_ddl(f"create table `{TABLE}` ({columns}, {keys}) engine=InnoDB row_format=dynamic")


def write(connection, rules: dict, on: date) -> int:
	"""What the rules found, as the background job writes it."""
	import frappe

	from socaid_app.means_testing import finding_rows

	count = finding_rows.write(_rows(connection, rules, on), TABLE)
	frappe.db.commit()
	return count


def _rows(connection, rules: dict, on: date) -> Iterator[dict]:
	basis = {key: rule.basis(on) for key, rule in rules.items()}
	found = connection.execute(
		"select identity, rule, person, household, facts, row_count, row_numbers from findings order by identity"
	)
	while batch := found.fetchmany(10_000):
		for identity, key, person, household, facts, count, numbers in batch:
			rule = rules[key]
			yield _row(
				identity,
				person,
				household,
				rule,
				basis[key],
				facts,
				count,
				"、".join(map(str, numbers or [])),
				on,
			)


def _row(identity, person, household, rule, basis, facts, count, numbers, on) -> dict:
	values = (
		identity[:20], identity, f"{on} 00:00:00", f"{on} 00:00:00", "Administrator", "Administrator", 0,
		f"张三：{rule.title}", person, "张三", household, "张三", None, "220422100001", "220422100000",
		"Finding Open", rule.severity, on, on, on, rule.key, rule.source or None, "CR-2026-00001", count,
		numbers[:140], facts, rule.means, rule.verify, basis,
	)  # fmt: skip
	return dict(zip(COLUMNS, values, strict=True))


def bare(rows: list[tuple]) -> None:
	import frappe

	marks = ", ".join(["%s"] * len(COLUMNS))
	names = ", ".join(f"`{name}`" for name in COLUMNS)
	frappe.db._conn.cursor().executemany(f"insert into `{TABLE}` ({names}) values ({marks})", rows)
	frappe.db.commit()


def ready_rows(connection, rules: dict, on: date) -> list[tuple]:
	return [tuple(row.values()) for row in _rows(connection, rules, on)]
