"""Every report and card of the director's page on a whole county, against the statements it sends, sent alone."""

from __future__ import annotations

import json

import frappe
from frappe.desk import query_report
from frappe.utils import get_first_day, getdate, today

from benchmarks.measure import Table, medians, milliseconds
from benchmarks.people import add_user
from socaid_app import figures

MODULE = "Management Insight"
RATIO_BAR = 1.2
# Seconds until a report or card stands there.
TIME_BAR = 0.5
DIRECTOR = "bench.director@demo.invalid"


def measure(table: Table, repetitions: int) -> None:
	make_director()
	frappe.set_user(DIRECTOR)
	for name, task in {**reports(), **cards()}.items():
		statements = sent(task)
		times = medians({"whole": task, "bare": lambda of=statements: send(of)}, max(repetitions // 10, 5))
		size = f"{len(statements)} statements"
		table.add(f"{name}, alone its statements", size, milliseconds(times["bare"]))
		table.add(name, "", milliseconds(times["whole"]), times["whole"] / times["bare"], RATIO_BAR)
		table.add("  seconds", "", f"{times['whole']:.2f} s", times["whole"], TIME_BAR)
	frappe.set_user("Administrator")


def reports() -> dict:
	names = frappe.get_all("Report", {"module": MODULE, "disabled": 0}, pluck="name", order_by="name")
	month = {"month": str(get_first_day(getdate(today())))}
	return {
		f"report {name}": lambda name=name: query_report.run(
			name, filters=frappe.as_json(month), ignore_prepared_report=True
		)
		for name in names
	}


def cards() -> dict:
	found = frappe.get_all(
		"Number Card", {"method": "socaid_app.figures.card"}, ["name", "filters_json"], order_by="name"
	)
	return {
		f"card {row.name}": lambda row=row: figures.card(row.filters_json)
		for row in found
		if frappe.has_permission(figures.figure(json.loads(row.filters_json)["figure"]).doctype)
	}


def sent(task) -> list[str]:
	"""The statements of a second run, when what is kept is kept."""
	task()
	statements, send_one = [], frappe.db.sql

	def noted(*args, **kwargs):
		answer = send_one(*args, **kwargs)
		statements.append(str(frappe.db.last_query))
		return answer

	frappe.db.sql = noted
	try:
		task()
	finally:
		del frappe.db.sql
	return [
		statement
		for statement in statements
		if statement.lstrip("( \n\t").lower().startswith(("select", "with"))
	]


def send(statements: list[str]) -> None:
	cursor = frappe.db._cursor
	for statement in statements:
		cursor.execute(statement)
		cursor.fetchall()


def make_director() -> None:
	frappe.set_user("Administrator")
	add_user(DIRECTOR, "County Approver")
	frappe.db.commit()
