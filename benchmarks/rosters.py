"""The roster of a whole county moved in: checked, written and undone, against a bare bulk insert of the same rows.

The bare side inserts what the import has written, column by column, through the same connection into empty tables with
the same indexes, as many rows to a statement and as often committed. Everything a single save asks is on the one side
alone.
"""

from __future__ import annotations

from time import perf_counter

import frappe
from frappe.utils import get_first_day, getdate, today

from benchmarks.measure import Table
from socaid_app.casework import row_sets
from socaid_app.moving_in import roster_jobs, roster_steps
from socaid_app.moving_in import roster_records as rosters
from socaid_app.moving_in.roster_records import DOCTYPE, ROW
from socaid_app.permissions.sensitive import VAULT
from socaid_app.policy.identity import make_check_digit

PERSONS = 100_000
IMPORT_BAR, SECONDS_BAR = 3, 60
COUNTY = "220422000000"
HEADINGS = "户编号,姓名,身份证号,与户主关系,村,家庭住址,联系电话,银行卡号,救助类别,户月保障金额,起始月份"
# What an import writes, and the column by which its rows are found through the staged rows.
WRITTEN = {
	"Recipient": ("name", "recipient"),
	VAULT: ("recipient", "recipient"),
	"Recipient Household": ("name", "household"),
	"Household Member": ("parent", "household"),
	"Household Event": ("household", "household"),
	"Entitlement": ("name", "entitlement"),
	"Entitlement Share": ("parent", "entitlement"),
}
PLACES = ("220421", "220381", "220322", "220521", "220581", "220602", "220702", "220802", "220102", "220202")


def measure(table: Table, persons: int = PERSONS) -> None:
	frappe.set_user("Administrator")
	made = attach(roster(persons))
	size = f"{persons:,} persons"
	checking = seconds(lambda: work(roster_steps.check, made))
	table.add("roster, dry run", size, f"{checking:.1f} s", checking, SECONDS_BAR)
	stopped = frappe.db.get_value(DOCTYPE, made, "problem_kinds")
	assert not stopped, stopped
	# the second person is no part of what is measured
	frappe.db.set_value(
		DOCTYPE, made, {"status": rosters.HANDED, "owner": "Guest", "content_changed_by": "Guest"}
	)
	writing = seconds(lambda: work(roster_steps.approve, made, "同意"))
	bare = bare_insert(made)
	table.add("roster, the same rows by a bare bulk insert", size, f"{bare:.1f} s")
	table.add("roster, written", size, f"{writing:.1f} s", writing / bare, IMPORT_BAR)
	undoing = seconds(lambda: work(roster_steps.undo, made, "测量"))
	table.add("roster, undone", size, f"{undoing:.1f} s", undoing, SECONDS_BAR)
	left = frappe.db.count(ROW, {"roster_import": made})
	assert not left, frappe.db.get_all(ROW, {"roster_import": made}, "reason", limit=1)


def work(step, made: str, *args) -> None:
	step(made, *args)
	frappe.db.commit()
	roster_jobs.run(made)


def seconds(task) -> float:
	began = perf_counter()
	task()
	return perf_counter() - began


# --- the file -----------------------------------------------------------------------------------------------------
def roster(persons: int) -> bytes:
	villages = frappe.get_all(
		"Administrative Division",
		filters={"level": "Village", "name": ["like", f"{COUNTY[:6]}%"]},
		pluck="name",
		order_by="name",
	)
	lines, number = [HEADINGS], 0
	for family in range(persons // 2):
		village, shared = villages[family % len(villages)], "农村低保,600,2025-03"
		for at, (kinship, sex) in enumerate((("户主", 1), ("妻", 0))):
			lines.append(
				f"H{family},{'张国民' if sex else '王秀英'},{id_number(number, sex)},{kinship},{village},"
				f"第{family % 9 + 1}组,1398{number % 9 + 1}{number % 10**6:06d},62122688{number:010d}7,{shared if not at else '农村低保,,'}"
			)
			number += 1
	return "\r\n".join(lines).encode("gb18030")


def id_number(number: int, male: int) -> str:
	"""A different one for each; none ends as if a spreadsheet had cut it."""
	place = PLACES[number % 10]
	day = number // 10 % 28 + 1
	month = number // 280 % 12 + 1
	year = 1950 + number // 3360 % 30
	# the last of the three digits tells men from women
	serial = 10 * (number // 100_800 % 90 + 10) + (3 if male else 4)
	first = f"{place}{year}{month:02d}{day:02d}{serial:03d}"
	return first + make_check_digit(first)


def attach(content: bytes) -> str:
	file = frappe.get_doc({"doctype": "File", "file_name": "bench.csv", "content": content, "is_private": 1})
	file.flags.any_size = True
	file.insert(ignore_permissions=True)
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"title": "bench",
			"division": COUNTY,
			"roster_file": file.file_url,
			"paid_through": get_first_day(getdate(today())),
		}
	).insert()
	frappe.db.commit()
	return doc.name


# --- the bare side ------------------------------------------------------------------------------------------------
def bare_insert(made: str) -> float:
	"""Seconds for the inserts alone; what is inserted is read before."""
	taken = 0.0
	for doctype, (column, link) in WRITTEN.items():
		# Raw SQL: it is what the app is measured against.
		frappe.db.sql_ddl(f"create or replace table `bare{doctype}` like `tab{doctype}`")
		names = [
			row[0]
			for row in frappe.db.sql(
				f"select distinct {link} from `tab{ROW}` where roster_import = %s and {link} is not null",
				made,
			)
		]
		for at in range(0, len(names), 2 * rosters.CHUNK):
			part = names[at : at + 2 * rosters.CHUNK]
			rows = frappe.db.sql(f"select * from `tab{doctype}` where {column} in %s", (part,))
			began = perf_counter()
			for first in range(0, len(rows), row_sets.AT_ONCE):
				few = rows[first : first + row_sets.AT_ONCE]
				one = f"({', '.join(['%s'] * len(few[0]))})"
				frappe.db.sql(
					f"insert into `bare{doctype}` values {', '.join([one] * len(few))}",
					[cell for row in few for cell in row],
				)
			frappe.db.commit()
			taken += perf_counter() - began
		frappe.db.sql_ddl(f"drop table `bare{doctype}`")
	return taken
