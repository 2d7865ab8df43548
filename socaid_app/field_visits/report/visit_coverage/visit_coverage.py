"""Who has been visited within the interval of the rule, on any day, by township; and the list of who has not."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, flt

from socaid_app import figures
from socaid_app.casework.places import add_names
from socaid_app.field_visits import coverage
from socaid_app.reporting import column

SHOWN = ("households_to_visit", "visited_in_time", "not_due_yet", "not_visited_in_time", "coverage")
STATES = {coverage.NEW: "Not Due Yet", coverage.OVERDUE: "Overdue"}


def execute(filters: dict | None = None):
	"""``filters``: on (date), township, category, detail (the households), include_new."""
	filters = frappe._dict(filters or {})
	if cint(filters.detail):
		return detail_columns(), detail(filters)
	rows = coverage.by_township(filters.on, filters.township, filters.category)
	for row in rows:
		row.percent = flt(row.visited * 100 / row.households, 1) if row.households else 0
	add_names(rows, "township")
	return columns(), rows, figures.meanings(*SHOWN), chart(rows), summary(rows)


def detail(filters: frappe._dict) -> list[dict]:
	rows = coverage.not_visited(
		filters.on, filters.township, filters.category, bool(cint(filters.include_new))
	)
	for row in rows:
		row.state = _(STATES[row.state])
	add_names(rows, "township", "division")
	return rows


def columns() -> list[dict]:
	return [
		column("township_name", _("Township Division"), "Data", 160),
		column("households", figures.label("households_to_visit"), "Int", 130),
		column("visited", _("Visited in Time"), "Int", 130),
		column("new", _("Not Due Yet"), "Int", 110),
		column("overdue", _("Not Visited in Time"), "Int", 130),
		column("percent", _("Coverage (%)"), "Percent", 120),
	]


def detail_columns() -> list[dict]:
	return [
		column("household", _("Household"), "Link", 140, "Recipient Household"),
		column("head_name", _("Head of Household"), "Data", 110),
		column("township_name", _("Township Division"), "Data", 130),
		column("division_name", _("Village or Community"), "Data", 150),
		column("category", _("Assistance Category"), "Link", 160, "Assistance Category"),
		column("last_visit", _("Last Visit"), "Date", 120),
		column("state", _("Status"), "Data", 100),
	]


def chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"data": {
			"labels": [row.township_name or "" for row in rows],
			"datasets": [
				{"name": _("Visited in Time"), "values": [row.visited for row in rows]},
				{"name": _("Not Due Yet"), "values": [row.new for row in rows]},
				{"name": _("Not Visited in Time"), "values": [row.overdue for row in rows]},
			],
		},
		"colors": ["#29a56c", "#b8c2cc", "#e24c4c"],
	}


def summary(rows: list[dict]) -> list[dict]:
	def total(field: str) -> int:
		return sum(row[field] for row in rows)

	households, visited = total("households"), total("visited")
	percent = flt(visited * 100 / households, 1) if households else 0
	return [
		{
			"value": households,
			"label": figures.label("households_to_visit"),
			"datatype": "Int",
			"indicator": "Blue",
		},
		{"value": visited, "label": _("Visited in Time"), "datatype": "Int", "indicator": "Green"},
		{"value": total("overdue"), "label": _("Not Visited in Time"), "datatype": "Int", "indicator": "Red"},
		{"value": percent, "label": _("Coverage (%)"), "datatype": "Percent", "indicator": "Blue"},
	]
