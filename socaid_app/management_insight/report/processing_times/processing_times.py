"""How long each stage of a case takes, against both clocks: the law's and the one promised by the service contract.

Days from the event that started a clock to its last step, of clocks that ended in the period: the median, and the days
within which nine in ten were done. The statement counts days of equal length together, hence the percentiles are exact
and no row is read twice.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint

from socaid_app import figures
from socaid_app.casework.places import add_names
from socaid_app.management_insight import behind
from socaid_app.permissions.scope import scope_condition
from socaid_app.policy import clock
from socaid_app.reporting import column

CASE = "Assistance Application"
DEADLINE = "Application Deadline"
SHOWN = ("stages_done", "median_days", "ninth_days", "stage_limit")
# On d (Application Deadline): what each number counts.
TESTS = {"done": "1 = 1", "in_time": "d.done_on <= d.due", "late": "d.done_on > d.due"}


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date (the day a stage was done), township, category, list (one of TESTS), stage, kind."""
	filters = frappe._dict(filters or {})
	if behind.asked_list(filters) in TESTS:
		return list_columns(), listed(filters)
	rows = stages(filters)
	message = behind.said(rows, figures.meanings(*SHOWN), _("No stage of a case was done in this period."))
	return columns(), rows, message, chart(rows), summary(rows)


def criteria(filters: frappe._dict) -> tuple[str, dict]:
	start, end = behind.period(filters)
	where = ["d.done_on between %(start)s and %(end)s", f"d.parenttype = '{CASE}'", "d.start is not null"]
	where += [f"c.{field} = %({field})s" for field in ("township", "category") if filters.get(field)]
	where += [
		f"d.{column} = %({name})s"
		for name, column in (("stage", "label"), ("kind", "kind"))
		if filters.get(name)
	]
	# Frappe filters lists, not queries: the same criterion is put in by hand.
	if condition := scope_condition(CASE):
		where.append(condition.replace(f"`tab{CASE}`", "c"))
	values = {name: filters.get(name) for name in ("township", "category", "stage", "kind")}
	return " and ".join(where), values | {"start": start, "end": end}


def stages(filters: frappe._dict) -> list[dict]:
	where, values = criteria(filters)
	# Raw SQL: held to the time of the bare query.
	found = frappe.db.sql(
		f"""select d.label as stage, d.kind, datediff(d.done_on, d.start) as days, datediff(d.due, d.start) as term,
			count(*) as done, cast(sum({TESTS["late"]}) as int) as late
		from `tab{DEADLINE}` d join `tab{CASE}` c on c.name = d.parent
		where {where} group by d.label, d.kind, days, term""",
		values,
		as_dict=True,
	)
	grouped: dict[tuple[str, str], list] = {}
	for row in found:
		grouped.setdefault((row.stage, row.kind), []).append(row)
	rows = []
	for (stage, kind), parts in grouped.items():
		taken = [(part.days, part.done) for part in parts]
		row = {
			"stage": stage,
			"kind": kind,
			"clock": _(kind, context=DEADLINE),
			"done": sum(part.done for part in parts),
			"late": sum(part.late for part in parts),
			"median": percentile(taken, 0.5),
			"ninth": percentile(taken, 0.9),
			"term": percentile([(part.term, part.done) for part in parts], 0.5),
		}
		row["in_time"] = row["done"] - row["late"]
		row["rate"] = behind.share(row["in_time"], row["done"])
		behind.here(row, *TESTS, stage=stage, kind=kind)
		rows.append(row)
	return sorted(rows, key=lambda row: (row["kind"] != clock.STATUTORY, row["median"], row["stage"]))


def percentile(counted: list[tuple[int, int]], part: float) -> int:
	"""The smallest number of days within which this part of the cases was done; ``counted``: (days, how many)."""
	wanted = part * sum(number for _days, number in counted)
	passed = 0
	for days, number in sorted(counted):
		passed += number
		if passed >= wanted:
			return cint(days)
	return 0


def listed(filters: frappe._dict) -> list[frappe._dict]:
	where, values = criteria(filters)
	# Raw SQL: the same criterion as the number.
	rows = frappe.db.sql(
		f"""select c.name as application, c.applicant_name, c.category, c.township, d.label as stage, d.kind, d.start,
			d.due, d.done_on, datediff(d.done_on, d.start) as days
		from `tab{DEADLINE}` d join `tab{CASE}` c on c.name = d.parent
		where {where} and {TESTS[filters.list]} order by days desc, d.done_on, c.name""",
		values,
		as_dict=True,
	)
	add_names(rows, "township")
	for row in rows:
		row.clock = _(row.kind, context=DEADLINE)
	return rows


def list_columns() -> list[dict]:
	return [
		column("application", _("Case"), "Link", 160, CASE),
		column("applicant_name", _("Applicant Name"), "Data", 110),
		column("category", _("Assistance Category"), "Data", 150),
		column("township_name", _("Township Division"), "Data", 130),
		column("stage", _("Stage"), "Data", 180),
		column("clock", _("Clock", context=DEADLINE), "Data", 90),
		column("start", _("Counted From", context=DEADLINE), "Date", 110),
		column("due", _("Due On", context=DEADLINE), "Date", 110),
		column("done_on", _("Done On", context=DEADLINE), "Date", 110),
		behind.number("days", _("Days Taken"), 80),
	]


def columns() -> list[dict]:
	number = behind.number
	return [
		column("stage", _("Stage"), "Data", 210),
		column("clock", _("Clock", context=DEADLINE), "Data", 90),
		number("done", figures.label("stages_done"), 100),
		number("median", figures.label("median_days"), 110),
		number("ninth", figures.label("ninth_days"), 130),
		number("term", figures.label("stage_limit"), 120),
		number("in_time", _("In Time"), 90, behind.GOOD),
		number("late", _("Late or Overdue"), 90, behind.BAD),
		column("rate", _("In Time (%)"), "Percent", 100),
	]


def chart(rows: list[dict]) -> dict:
	if not rows:
		return {"type": "bar", "data": {}}
	return {
		"type": "bar",
		"data": {
			"labels": [f"{row['stage']}（{row['clock']}）" for row in rows],
			"datasets": [
				{"name": figures.label("median_days"), "values": [row["median"] for row in rows]},
				{"name": figures.label("ninth_days"), "values": [row["ninth"] for row in rows]},
				{"name": figures.label("stage_limit"), "values": [row["term"] for row in rows]},
			],
		},
		"colors": ["#2490ef", "#f5a623", "#b8c2cc"],
	}


def summary(rows: list[dict]) -> list[dict]:
	"""The whole case by each clock."""
	found = []
	for kind in (clock.STATUTORY, clock.SERVICE):
		done = sum(row["done"] for row in rows if row["kind"] == kind)
		in_time = sum(row["in_time"] for row in rows if row["kind"] == kind)
		if done:
			found.append(
				{
					"value": behind.share(in_time, done),
					"label": _("In Time (%), {0}").format(_(kind, context=DEADLINE)),
					"datatype": "Percent",
					"indicator": "Green" if in_time == done else "Red",
				}
			)
	return found
