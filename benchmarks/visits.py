"""A round of screening and the coverage report, against the plainest statements that do the same."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import frappe
from frappe.utils import add_days, getdate, now_datetime, today

from benchmarks.measure import Table, medians, milliseconds
from socaid_app.field_visits import coverage, planning
from socaid_app.field_visits.benefits import COUNTED_VISIT, in_force
from socaid_app.field_visits.report.visit_coverage import visit_coverage

TASKS_BAR, COVERAGE_BAR, COVERAGE_SECONDS = 3, 1.2, 0.5
VISIT, TASK, CYCLE = "Home Visit", "Screening Task", "Screening Cycle"
VISITS_PER_HOUSEHOLD = 10
# Days between two visits of a household; the first households were last visited long ago.
DAYS_BETWEEN = 110
CHUNK = 5_000


def load_visits() -> int:
	"""Ten past visits for every household, written as sets; returns how many there are now."""
	if frappe.db.count(VISIT):
		return frappe.db.count(VISIT)
	names = frappe.get_all("Recipient Household", pluck="name", order_by="name")
	numbers = " union all ".join(f"select {n} as n" for n in range(VISITS_PER_HOUSEHOLD))
	for start in range(0, len(names), CHUNK):
		chunk = names[start : start + CHUNK]
		# Raw SQL: INSERT ... SELECT over a list of numbers.
		frappe.db.sql(
			f"""insert into `tabHome Visit` (name, creation, modified, owner, modified_by, docstatus, idx,
				household, head_name, purpose, status, reception, planned_on, check_in_at, check_out_at,
				division, township)
			select concat(h.name, '-', n), %(now)s, %(now)s, 'Administrator', 'Administrator', 0, 0,
				h.name, h.head_name, 'Regular Visit', 'Reviewed', 'At Home',
				day, day + interval 9 hour, day + interval 10 hour, h.division, h.township
			from (select h.name, h.head_name, h.division, h.township, n,
					%(today)s - interval (crc32(h.name) %% 420 + n * {DAYS_BETWEEN}) day as day
				from `tabRecipient Household` h join ({numbers}) numbers
				where h.name between %(low)s and %(high)s) h""",
			{"now": now_datetime(), "today": today(), "low": chunk[0], "high": chunk[-1]},
		)
		frappe.db.commit()
	coverage.refresh_last_visits()
	# Raw SQL: a maintenance statement.
	frappe.db.sql("analyze table `tabHome Visit`, `tabRecipient Household`")
	frappe.db.commit()
	return frappe.db.count(VISIT)


# --- tasks of a round ---------------------------------------------------------------------------------
# The same rows and columns without reasons, draw and second runs: what the job is measured against.
BARE_TASKS = """
	insert into `tabScreening Task` (name, creation, modified, owner, modified_by, docstatus, idx, cycle, household,
		head_name, division, township, review_class, entitlement, category, priority, due_on, status)
	select concat(%(cycle)s, '-', h.name), %(now)s, %(now)s, 'Administrator', 'Administrator', 0, 0, %(cycle)s,
		h.name, h.head_name, h.division, h.township, h.review_class, e.name, e.category, 0, %(today)s, 'To Do'
	from `tabRecipient Household` h
	left join (select household, min(name) as name, min(category) as category from `tabEntitlement`
		where docstatus = 1 group by household) e on e.household = h.name
	limit %(limit)s
"""


def bare_tasks(limit: int) -> float:
	began = perf_counter()
	values = {"cycle": "PC-BARE", "now": now_datetime(), "today": today(), "limit": limit}
	# Raw SQL: this is the bar.
	frappe.db.sql(BARE_TASKS, values)
	frappe.db.commit()
	return perf_counter() - began


def generated_tasks(cycle: str) -> float:
	began = perf_counter()
	planning.generate(cycle, commit=True)
	frappe.db.commit()
	return perf_counter() - began


def make_cycle() -> str:
	doc = frappe.get_doc(
		{
			"doctype": CYCLE,
			"title": "性能对比",
			"division": "220422000000",
			"starts_on": today(),
			"not_visited_since": add_days(today(), -30),
		}
	).insert()
	frappe.db.commit()
	return doc.name


def drop_tasks(*cycles: str) -> None:
	frappe.db.delete(TASK, {"cycle": ["in", cycles]})
	frappe.db.delete(CYCLE, {"name": ["in", cycles]})
	frappe.db.delete("Screening Stage", {"parent": ["in", cycles]})
	frappe.db.commit()


def screening_tasks(table: Table, repetitions: int = 3) -> None:
	"""The best of some turns each: inserting waits for the disk, which others use too."""
	bare, generated, size, again = [], [], 0, 0.0
	for _turn in range(repetitions):
		cycle = make_cycle()
		generated.append(generated_tasks(cycle))
		size = frappe.db.count(TASK, {"cycle": cycle})
		again = generated_tasks(cycle)
		if frappe.db.count(TASK, {"cycle": cycle}) != size:
			raise AssertionError("a second run added tasks")
		bare.append(bare_tasks(size))
		drop_tasks(cycle, "PC-BARE")
	rows = f"{size:,} rows"
	table.add("screening tasks, bare INSERT SELECT", rows, milliseconds(min(bare)))
	ratio = min(generated) / min(bare)
	table.add("screening tasks, generated", rows, milliseconds(min(generated)), ratio, TASKS_BAR)
	table.add("  the same again, nothing new", rows, milliseconds(again))


# --- coverage -----------------------------------------------------------------------------------------
BARE_COVERAGE = f"""
	select township, count(*), sum(state = 0), sum(state = 1), sum(state = 2) from (
		select `tabEntitlement`.township, `tabEntitlement`.household, max(case
			when `tabEntitlement`.household in (select v.household from `tabHome Visit` v
				where v.check_out_at >= %(cutoff)s and v.check_out_at < %(until)s and {COUNTED_VISIT}) then 0
			when `tabEntitlement`.start_month > %(cutoff)s and `tabEntitlement`.previous_entitlement is null then 1
			else 2 end) as state
		from `tabEntitlement` where {{in_force}} group by `tabEntitlement`.township, `tabEntitlement`.household) states
	group by township order by township
"""


def bare_coverage(on: date):
	values = {"cutoff": add_days(on, -365), "until": add_days(on, 1)}
	# Raw SQL: this is the bar.
	return frappe.db.sql(BARE_COVERAGE.format(in_force=in_force(on)), values)


def coverage_report(table: Table, repetitions: int) -> None:
	on = getdate(today())
	times = medians(
		{
			"bare": lambda: bare_coverage(on),
			"report": lambda: visit_coverage.execute({"on": on}),
		},
		repetitions,
	)
	size = f"{frappe.db.count(VISIT):,} visits"
	table.add("visit coverage, bare query", size, milliseconds(times["bare"]))
	table.add(
		"visit coverage, report",
		size,
		milliseconds(times["report"]),
		times["report"] / times["bare"],
		COVERAGE_BAR,
	)
	table.add(
		"  visit coverage, seconds", size, milliseconds(times["report"]), times["report"], COVERAGE_SECONDS
	)


def measure(table: Table, repetitions: int) -> None:
	"""Both, at the size the register has reached; the visits are added once."""
	frappe.set_user("Administrator")
	began = perf_counter()
	count = load_visits()
	table.add("past visits loaded", f"{count:,} visits", f"{perf_counter() - began:.1f} s")
	screening_tasks(table)
	coverage_report(table, max(repetitions // 3, 5))
