"""Load a county of one size, measure, let it grow, measure again; print a table, fail when a bar is missed.

    python -m benchmarks --site SITE [--sizes 1000,100000] [--repetitions 60]

Run with the bench's Python from its sites directory, on a site that may be thrown away.
"""

from __future__ import annotations

import argparse
import gc
import os
from datetime import date
from time import perf_counter

import frappe

from benchmarks import (
	archives,
	benefits,
	check_statistics,
	comparison,
	insight,
	linkage_curve,
	listpage,
	petitions,
	pocket,
	public_pages,
	rosters,
	staff_days,
	visits,
)
from benchmarks.measure import Table, medians, milliseconds, queries
from benchmarks.people import add_user
from benchmarks.roll import bare_roll, month, roll_report, roll_rows
from benchmarks.routes import routes
from socaid_app.policy import means
from socaid_app.policy.parameters import load_parameters
from socaid_app.policy.standards import load_standards
from socaid_app.policy.workdays import WorkCalendar
from socaid_demo import benefit_history, county_villages, family_facts, load, population

LIST_BAR, QUERY_BAR, ROLL_BAR = 1.3, 12, 1.2
LISTED = ("Recipient Household", "Recipient", "Entitlement", "Circumstance Change")
# A list whose length does not depend on the county's size: what the machine itself does meanwhile.
CONTROL = "Assistance Category"
CLERK = "bench.clerk@demo.invalid"


def main(argv: list[str] | None = None) -> int:
	options = read(argv)
	frappe.init(site=options.site, sites_path=options.sites_path)
	frappe.connect()
	try:
		table = Table()
		measure(table, options)
		print(table)
		return int(table.missed)
	finally:
		frappe.destroy()


def read(argv: list[str] | None) -> argparse.Namespace:
	parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0])
	parser.add_argument("--site", default=os.environ.get("SOCAID_SITE"))
	parser.add_argument("--sites-path", default=os.environ.get("SITES_PATH") or ".")
	parser.add_argument("--sizes", default="1000,100000")
	parser.add_argument("--repetitions", type=int, default=60)
	options = parser.parse_args(argv)
	if not options.site:
		parser.error("--site or SOCAID_SITE is needed")
	options.sizes = [int(size) for size in options.sizes.split(",")]
	return options


def measure(table: Table, options: argparse.Namespace) -> None:
	first: dict[str, float] = {}
	there = 0
	for size in options.sizes:
		began = perf_counter()
		load.load(households=size, users=False, snapshots=True)
		seconds = perf_counter() - began
		table.add(
			"demo county loaded",
			f"{size:,} households",
			f"{seconds:.1f} s, {(size - there) / seconds:,.0f}/s",
		)
		there = size
		settle()
		if not first:
			make_clerk()
		times = list_pages(options.repetitions)
		begins = not first
		first = first or times
		bar = LIST_BAR if size == options.sizes[-1] and size != options.sizes[0] else None
		for doctype in LISTED:
			ratio = times[doctype] / times[CONTROL] / (first[doctype] / first[CONTROL])
			table.add(
				f"list page of a township user: {doctype}",
				f"{size:,} households",
				milliseconds(times[doctype]),
				None if begins else ratio,
				bar,
			)
		table.add("  control: list of fixed length", "", milliseconds(times[CONTROL]))
		pocket.count_statements(table, size)
	query_counts(table)
	monthly_roll(table, options.repetitions)
	insight.measure(table, options.repetitions)
	assessments(table)
	visits.measure(table, options.repetitions)
	routes(table)
	petitions.measure(table, CLERK, CONTROL, options.repetitions)
	archives.measure(table)
	staff_days.measure(table)
	check_statistics.measure(table)
	public_pages.measure(table)
	pocket.measure(table)
	comparison.measure(table, site=options.site, sites_path=options.sites_path)
	linkage_curve.measure(table)
	# last: it makes one benefit of everything that is paid
	benefits.measure(table)
	rosters.measure(table)


def settle() -> None:
	"""Fresh statistics and nothing cached from before."""
	for doctype in (*LISTED, "Entitlement Share", "Household Member"):
		# Raw SQL: a maintenance statement.
		frappe.db.sql(f"analyze table `tab{doctype}`")
	frappe.db.commit()
	frappe.clear_cache()
	# What loading left in this process would otherwise be walked by every garbage collection of the measured pages.
	gc.collect()
	gc.freeze()


def make_clerk() -> None:
	"""The officer of the township with the most families."""
	frappe.set_user("Administrator")
	add_user(CLERK, "Township Officer", county_villages.JIASHAN)
	frappe.db.commit()


def list_pages(repetitions: int) -> dict[str, float]:
	times = medians(
		{
			doctype: lambda doctype=doctype: listpage.open_page(CLERK, doctype)
			for doctype in (*LISTED, CONTROL)
		},
		repetitions,
	)
	frappe.set_user("Administrator")
	return times


def query_counts(table: Table) -> None:
	for doctype in (*LISTED, "Assistance Application"):
		listpage.open_page(CLERK, doctype, 50)
		count = queries(lambda doctype=doctype: listpage.open_page(CLERK, doctype, 50))
		table.add(f"SQL queries of 50 rows: {doctype}", "", str(count), count, QUERY_BAR)
	frappe.set_user("Administrator")


def monthly_roll(table: Table, repetitions: int) -> None:
	frappe.set_user("Administrator")
	on = month()
	times = medians(
		{"bare": lambda: bare_roll(on), "report": lambda: roll_report(on)}, max(repetitions // 3, 5)
	)
	size = f"{frappe.db.count('Entitlement'):,} entitlements"
	table.add("monthly roll, bare query", size, milliseconds(times["bare"]))
	table.add(
		"monthly roll, report",
		f"{roll_rows(on):,} on the roll",
		milliseconds(times["report"]),
		times["report"] / times["bare"],
		ROLL_BAR,
	)


def assessments(table: Table, count: int = 400) -> None:
	"""The law library alone, on generated families."""
	rules = benefit_history.Rules(load_parameters(), load_standards(), WorkCalendar.shipped())
	county = population.Population(population.Plan(1, date(2026, 11, 23), snapshots=False), rules, [])
	cases = []
	for _index in county.families(count):
		tables = county.book.take()
		cases += list(tables.get("Assistance Application", ()))
	cases = [family_facts.json.loads(row["snapshot"])["case"] for row in cases if row["snapshot"]]
	began = perf_counter()
	rounds = 20
	for _ in range(rounds):
		for case in cases:
			means.assess(case, rules.parameters, rules.standards)
	seconds = perf_counter() - began
	table.add(
		"assessment by the law library", f"{len(cases)} cases", f"{rounds * len(cases) / seconds:,.0f}/s"
	)


if __name__ == "__main__":
	raise SystemExit(main())
