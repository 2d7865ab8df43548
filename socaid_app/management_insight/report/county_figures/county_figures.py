"""The figures of the counties beside each other, for a month or over a year; which county's are missing or late."""

from __future__ import annotations

import json
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate, today

from socaid_app.management_insight import behind, roll_up, statement_lines
from socaid_app.management_insight.statistics_table import GROUPS
from socaid_app.policy import figures_statement as statements
from socaid_app.reporting import column

# Kinds of assistance as columns, or the months of a year.
BY_MONTH = "By Month"
MONTHS = 12


def execute(filters: dict | None = None):
	"""``filters``: month (the last that is over), figure (a line, ``households``), by (``By Month``)."""
	filters = frappe._dict(filters or {})
	month = behind.month_of(filters) if filters.month else behind.before(behind.month_of({}), 1)
	line = filters.figure if filters.figure in statement_lines.names() else "households"
	months = [behind.before(month, ago) for ago in range(MONTHS - 1, -1, -1)]
	counties = frappe.get_list(
		roll_up.COUNTY,
		filters={"enabled": 1},
		fields=["name", "county_name", "reports_from", "due_day"],
		order_by="name",
		limit=0,
	)
	found = received([county.name for county in counties], months)
	if filters.by == BY_MONTH:
		shown = {f"{one:%Y-%m}": one for one in months}
		rows = [
			frappe._dict(
				county,
				**{key: _sum(found.get((county.name, one)), line) for key, one in shown.items()},
			)
			for county in counties
		]
		columns = [column(key, key, "Float", 90) for key in shown]
	else:
		groups = ["work"] if line in statements.WORK else list(GROUPS)
		rows = [
			frappe._dict(
				county, **{group: _value(found.get((county.name, month)), group, line) for group in groups}
			)
			for county in counties
		]
		columns = [
			column(group, str(GROUPS.get(group, statement_lines.names()[line])), "Float", 110)
			for group in groups
		]
	for row in rows:
		row.update(state(row, found.get((row.name, month)), month))
		# what is told and yet has no number is hidden
		row.told = [
			one["fieldname"]
			for one in columns
			if (row.name, shown[one["fieldname"]] if filters.by == BY_MONTH else month) in found
		]
	return (
		[
			column("county_name", _("Name of the County"), "Data", 130),
			column("state", _("Statement of the Month"), "Data", 130),
			column("statement", _("Record"), "Link", 150, roll_up.DOCTYPE),
			*columns,
		],
		rows,
		message(rows, month),
		chart(counties, found, months, line),
		summary(rows),
	)


def received(counties: list[str], months: list[date]) -> dict[tuple[str, date], frappe._dict]:
	"""(county, month) → what it said last: name, received_at, figures."""
	rows = frappe.get_list(
		roll_up.DOCTYPE,
		filters={
			"status": roll_up.RECEIVED,
			"month": ["between", [months[0], months[-1]]],
			"county_code": ["in", counties],
		},
		fields=["name", "county_code", "month", "received_at", "due_on", "statement"],
		order_by="name",
		limit=0,
	)
	return {
		(row.county_code, row.month): frappe._dict(row, figures=json.loads(row.statement)["figures"])
		for row in rows
	}


def _value(said: dict | None, group: str, line: str) -> float | None:
	return said["figures"].get(group, {}).get(line, None if group == "work" else 0) if said else None


def _sum(said: dict | None, line: str) -> float | None:
	"""Over the kinds of assistance; what is hidden is not in it, and nothing told is no nought."""
	if not said:
		return None
	if line in statements.WORK:
		return _value(said, "work", line)
	told = [_value(said, group, line) for group in GROUPS]
	told = [value for value in told if value is not None]
	return round(sum(told), 2) if told else None


def state(county: dict, said: dict | None, month: date) -> dict:
	due = roll_up.due_on(month, county.due_day)
	if said:
		late = getdate(said["received_at"]) > due
		return {
			"state": _("Came Late") if late else _("Came in Time"),
			"statement": said["name"],
			"missing": 0,
		}
	if getdate(county.reports_from) > month:
		return {"state": _("Not Reporting Yet"), "missing": 0}
	if getdate(today()) > due:
		return {"state": _("Missing, {0} days late").format((getdate(today()) - due).days), "missing": 1}
	return {"state": _("Expected by {0}").format(frappe.format(due, "Date")), "missing": 0}


def message(rows: list[dict], month: date) -> str:
	lacking = "、".join(row.county_name for row in rows if row.missing)
	said = _("{0}: the statement of {1} is missing.").format(lacking, f"{month:%Y-%m}") if lacking else ""
	if not rows:
		said = _("No county reports here yet: enter them as reporting counties.")
	return "".join(behind.empty(one) for one in (said, statement_lines.note()) if one)


def chart(counties: list[dict], found: dict, months: list[date], line: str) -> dict | None:
	if not counties:
		return None
	return {
		"type": "bar",
		"data": {
			"labels": [f"{month:%Y-%m}" for month in months],
			"datasets": [
				{
					"name": county.county_name,
					"values": [_sum(found.get((county.name, month)), line) for month in months],
				}
				for county in counties
			],
		},
	}


def summary(rows: list[dict]) -> list[dict]:
	missing = sum(row.missing for row in rows)
	return [
		{
			"value": missing,
			"label": _("Statements Missing"),
			"datatype": "Int",
			"indicator": "Red" if missing else "Green",
		}
	]
