"""Visits by township: what was due in the month, done, done in time; and who was visited within the interval."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import get_last_day, getdate, today

from socaid_app import figures
from socaid_app.casework.places import add_names
from socaid_app.field_visits import coverage, planning
from socaid_app.management_insight import behind
from socaid_app.permissions.scope import scope_condition
from socaid_app.reporting import column

SHOWN = ("visits_due", "punctuality", "visited_in_time", "not_visited_in_time", "coverage")
TASK = "tabScreening Task"
# What each number counts, on tasks whose day lies in the month. A task still open on its day is not late yet.
DONE = "status = 'Done'"
OPEN = "status in ('To Do', 'Scheduled', 'Under Way')"
TESTS = {
	"due": "1 = 1",
	"done": DONE,
	"in_time": f"{DONE} and done_on <= due_on",
	"late": f"{DONE} and done_on > due_on",
	"overdue": f"{OPEN} and due_on < %(today)s",
	"to_come": f"{OPEN} and due_on >= %(today)s",
}
SUMMED = (*TESTS, "households", "visited", "not_visited")


def execute(filters: dict | None = None):
	"""``filters``: month, township, list (one of TESTS)."""
	filters = frappe._dict(filters or {})
	if behind.asked_list(filters) in TESTS:
		return list_columns(), listed(filters)
	rows = by_township(filters)
	shown = behind.with_total(rows, "township_name", SUMMED, finish)
	for row in shown:
		place = {"township": row.get("township") or ""}
		behind.here(row, *TESTS, **({} if row.get("bold") else place))
		behind.in_report(
			row,
			"not_visited",
			"Visit Coverage",
			on=_as_of(filters),
			detail=1,
			include_new=0,
			category="",
			**place,
		)
	message = behind.said(
		rows, figures.meanings(*SHOWN), _("No visits are due in this month, and nobody is to be visited.")
	)
	return columns(), shown, message, chart(rows), summary(shown)


def by_township(filters: frappe._dict) -> list[frappe._dict]:
	where, values = criteria(filters)
	counts = ", ".join(f"cast(sum({test}) as int) as `{key}`" for key, test in TESTS.items())
	# Raw SQL: sums over cases, held to the time of the bare query.
	rows = frappe.db.sql(
		f"select township, {counts} from `{TASK}` where {where} group by township", values, as_dict=True
	)
	found = {row.township: row for row in rows}
	for row in coverage.by_township(_as_of(filters), filters.township):
		line = found.setdefault(row.township, frappe._dict(dict.fromkeys(TESTS, 0), township=row.township))
		line.update(households=row.households, visited=row.visited, not_visited=row.overdue)
	rows = sorted(found.values(), key=lambda row: row.township or "")
	for row in rows:
		finish(row)
	add_names(rows, "township")
	for row in rows:
		row.township_name = row.township_name or _("County")
	return rows


def _as_of(filters: frappe._dict):
	"""Coverage as of the month's last day, or of today while it lasts."""
	return min(getdate(get_last_day(behind.month_of(filters))), getdate(today()))


def finish(row: dict) -> None:
	row["punctuality"] = behind.share(row["in_time"], row["done"] + row["overdue"])
	row["coverage"] = behind.share(row.get("visited") or 0, row.get("households") or 0)


def criteria(filters: frappe._dict) -> tuple[str, dict]:
	first = behind.month_of(filters)
	where = [
		"due_on between %(first)s and %(last)s",
		f"status not in ('{planning.LEFT_OUT}', '{planning.CANNOT_VISIT}')",
	]
	if filters.township:
		where.append("township = %(township)s")
	# Frappe filters lists, not queries: the same criterion is put in by hand.
	if condition := scope_condition(planning.TASK):
		where.append(condition)
	return " and ".join(where), {
		"first": first,
		"last": get_last_day(first),
		"township": filters.township,
		"today": getdate(today()),
	}


def listed(filters: frappe._dict) -> list[frappe._dict]:
	where, values = criteria(filters)
	officer = "(select o.officer_name from `tabVisit Officer` o where o.name = officer)"
	# Raw SQL: the same criterion as the number.
	rows = frappe.db.sql(
		f"""select name as task, household, head_name, {officer} as officer_name, township, division, due_on, done_on,
			status from `{TASK}` where {where} and {TESTS[filters.list]} order by due_on, township, name""",
		values,
		as_dict=True,
	)
	add_names(rows, "township", "division")
	for row in rows:
		row.status = _(row.status, context=planning.TASK)
	return rows


def list_columns() -> list[dict]:
	return [
		column("task", _("Screening Task"), "Link", 150, planning.TASK),
		column("household", _("Household"), "Link", 150, "Recipient Household"),
		column("head_name", _("Head of Household"), "Data", 110),
		column("officer_name", _("Responsible Officer"), "Data", 110),
		column("township_name", _("Township Division"), "Data", 130),
		column("division_name", _("Village or Community"), "Data", 150),
		column("due_on", _("Due On", context=planning.TASK), "Date", 110),
		column("done_on", _("Done On", context=planning.TASK), "Date", 110),
		column("status", _("Status"), "Data", 90),
	]


def columns() -> list[dict]:
	number = behind.number
	return [
		column("township_name", _("Township Division"), "Data", 140),
		number("due", figures.label("visits_due"), 110),
		number("done", _("Tasks Done"), 90),
		number("in_time", _("Done on Time"), 100, behind.GOOD),
		number("late", _("Done Late"), 90, behind.BAD),
		number("overdue", figures.label("tasks_overdue"), 110, behind.BAD),
		number("to_come", _("Not Due Yet"), 90),
		column("punctuality", _("Punctuality (%)"), "Percent", 110),
		number("households", figures.label("households_to_visit"), 120),
		number("visited", _("Visited in Time"), 110, behind.GOOD),
		number("not_visited", _("Not Visited in Time"), 110, behind.BAD),
		column("coverage", _("Coverage (%)"), "Percent", 110),
	]


def chart(rows: list[dict]) -> dict:
	if not any(row.due for row in rows):
		return {"type": "bar", "data": {}}
	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"data": {
			"labels": [row.township_name for row in rows],
			"datasets": [
				{"name": _("Done on Time"), "values": [row.in_time for row in rows]},
				{"name": _("Done Late"), "values": [row.late for row in rows]},
				{"name": figures.label("tasks_overdue"), "values": [row.overdue for row in rows]},
				{"name": _("Not Due Yet"), "values": [row.to_come for row in rows]},
			],
		},
		"colors": ["#29a56c", "#f5a623", "#e24c4c", "#b8c2cc"],
	}


def summary(rows: list[dict]) -> list[dict]:
	if not rows:
		return []
	total = rows[-1]
	return [
		{"value": total["due"], "label": figures.label("visits_due"), "datatype": "Int", "indicator": "Blue"},
		{"value": total["in_time"], "label": _("Done on Time"), "datatype": "Int", "indicator": "Green"},
		{
			"value": total["overdue"],
			"label": figures.label("tasks_overdue"),
			"datatype": "Int",
			"indicator": "Red" if total["overdue"] else "Green",
		},
		{
			"value": total["coverage"],
			"label": _("Coverage (%)"),
			"datatype": "Percent",
			"indicator": "Blue",
		},
	]
