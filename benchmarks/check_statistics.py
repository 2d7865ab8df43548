"""Statistics of 100,000 service checks by place, person, kind and township, beside the bare query of the same counts."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import frappe
from frappe.utils import add_days, getdate, now_datetime, today

from benchmarks.measure import medians
from socaid_app.service_management.report.service_check_statistics import service_check_statistics
from socaid_app.service_management.service_checks import DOCTYPE, DONE, OBJECT, PLANNED
from socaid_demo import bulk

if TYPE_CHECKING:
	from benchmarks.measure import Table

CHECKS, DAYS, PLACES, PEOPLE, TOWNSHIPS = 100_000, 730, 400, 120, 13
BAR = 1.2
MARK = "BENCH-CHECK-"


def measure(table: Table, repetitions: int = 15) -> None:
	"""What was written is removed again."""
	fill()
	try:
		since, until = str(add_days(today(), -365)), today()
		for by, column in service_check_statistics.BY.items():
			taken = medians(
				{
					"report": partial(
						service_check_statistics.execute, {"by": by, "from_date": since, "to_date": until}
					),
					"bare": partial(bare, column, service_check_statistics.SECOND.get(by), since, until),
				},
				repetitions,
			)
			table.add(
				f"statistics of checks: {by}",
				f"{CHECKS:,} checks",
				f"{1000 * taken['report']:.0f} ms, bare {1000 * taken['bare']:.0f} ms",
				taken["report"] / taken["bare"],
				BAR,
			)
	finally:
		frappe.db.delete(DOCTYPE, {"name": ["like", f"{MARK}%"]})
		frappe.db.delete(OBJECT, {"name": ["like", f"{MARK}%"]})
		frappe.db.commit()


def bare(column: str, second: str | None, since: str, until: str) -> None:
	groups = ", ".join(filter(None, (column, second)))
	frappe.db.sql(
		f"""select {groups}, count(*), sum(status in ('Check Done', 'Check to Review')),
		sum(status = 'Check Planned' and due_on < curdate()), sum(problem_count > 0), sum(problem_count),
		round(avg(if(status in ('Check Done', 'Check to Review'), score, null)), 1) from `tab{DOCTYPE}`
		where status != 'Check Cancelled' and due_on between %s and %s group by {groups}""",
		(since, until),
	)


def fill() -> None:
	dice, writer = random.Random(7), bulk.Inserts()
	kinds = frappe.get_all("Service Check Template", {"concerns": "Place"}, pluck="name", order_by="name")
	writer.write(
		OBJECT,
		[
			row(f"{MARK}{number:03d}") | {"object_name": f"场所{number}", "kind": "Room"}
			for number in range(PLACES)
		],
	)
	first = getdate(add_days(today(), -DAYS))
	rows = []
	for number in range(CHECKS):
		done = dice.random() < 0.93
		rows.append(
			row(f"{MARK}{number:06d}")
			| {
				"template": dice.choice(kinds),
				"concerns": "Place",
				"service_object": f"{MARK}{dice.randrange(PLACES):03d}",
				"responsible": f"bench.{dice.randrange(PEOPLE)}@example.invalid",
				"due_on": first + timedelta(days=number * (DAYS + 30) // CHECKS),
				"status": DONE if done else PLANNED,
				"problem_count": dice.choice((0, 0, 0, 0, 1, 2)) if done else 0,
				"score": dice.randrange(60, 101) if done else 0,
				"township": f"4204222{dice.randrange(1, TOWNSHIPS + 1):02d}000",
			}
		)
	writer.write(DOCTYPE, rows)
	frappe.db.commit()
	frappe.db.sql(f"analyze table `tab{DOCTYPE}`")


def row(name: str) -> dict:
	moment = now_datetime()
	return {
		"name": name,
		"owner": "Administrator",
		"modified_by": "Administrator",
		"creation": moment,
		"modified": moment,
		"docstatus": 0,
	}
