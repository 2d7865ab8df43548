"""Data quality by clerk: open, overdue, put right, found not right at the recheck. Each number is its list's."""

from __future__ import annotations

import frappe
from frappe import _

from socaid_app import figures
from socaid_app.casework import rectification
from socaid_app.casework.due_rules import FIRST_DAY
from socaid_app.casework.people import full_names
from socaid_app.casework.places import division_names
from socaid_app.frappe_versions import aggregate
from socaid_app.management_insight import behind
from socaid_app.reporting import column

ISSUE = rectification.DOCTYPE
SHOWN = ("issues_open", "issues_overdue", "issues_reopened")


def tests() -> dict[str, dict]:
	"""What each number counts, as filters of the list."""
	return {
		"found": {},
		"open": {"status": rectification.OPEN},
		"overdue": {
			"status": rectification.OPEN,
			"due_on": ["between", [str(FIRST_DAY), str(behind.yesterday())]],
		},
		"rectified": {"status": rectification.RECTIFIED},
		"put_right": {"status": ["in", list(rectification.PUT_RIGHT)]},
		"reopened": {"times_reopened": [">", 0]},
	}


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date (found; without them, whenever), township, severity."""
	filters = frappe._dict(filters or {})
	rows = by_clerk(filters)
	counted = tests()
	shown = behind.with_total(rows, "responsible_name", counted, _finish)
	for row in shown:
		whose = (
			{}
			if row.get("bold")
			else {
				"responsible": row["responsible"] or ["is", "not set"],
				"township": behind.place_filter(row["township"]),
			}
		)
		for field, test in counted.items():
			behind.in_list(row, field, ISSUE, _asked(filters) | whose | test)
	message = behind.said(rows, figures.meanings(*SHOWN), _("No faults of data are recorded here."))
	return columns(), shown, message, chart(rows), summary(shown)


def _asked(filters: frappe._dict) -> dict:
	asked = {}
	if filters.from_date or filters.to_date:
		asked["found_on"] = [
			"between",
			[str(filters.from_date or FIRST_DAY), str(behind.day_of(filters.to_date))],
		]
	return asked | {field: filters[field] for field in ("township", "severity") if filters.get(field)}


def by_clerk(filters: frappe._dict) -> list[dict]:
	"""One row for each clerk and township, those with most overdue first."""
	found: dict[tuple, dict] = {}
	for field, test in tests().items():
		for row in frappe.get_list(
			ISSUE,
			filters=_asked(filters) | test,
			fields=["responsible", "township", aggregate("count", "name", "found")],
			group_by="responsible, township",
			order_by="",
			limit_page_length=0,
		):
			key = row.responsible or None, row.township or None
			line = found.setdefault(
				key, {"responsible": key[0], "township": key[1]} | dict.fromkeys(tests(), 0)
			)
			line[field] += row.found
	names = full_names(clerk for clerk, _place in found)
	places = division_names(place for _clerk, place in found)
	for row in found.values():
		row["responsible_name"] = names.get(row["responsible"], row["responsible"]) or _("Not Assigned")
		row["township_name"] = places.get(row["township"]) or _("County")
		_finish(row)
	return sorted(found.values(), key=lambda row: (-row["overdue"], -row["open"], row["responsible_name"]))


def _finish(row: dict) -> None:
	row["rate"] = behind.share(row["put_right"], row["found"])


def columns() -> list[dict]:
	number = behind.number
	return [
		column("responsible_name", _("Responsible"), "Data", 140),
		column("township_name", _("Township Division"), "Data", 130),
		number("found", _("Issues Found"), 90),
		number("open", figures.label("issues_open"), 100),
		number("overdue", figures.label("issues_overdue"), 100, behind.BAD),
		number("rectified", _("Waiting for the Recheck"), 110),
		number("put_right", _("Issues Put Right"), 90, behind.GOOD),
		number("reopened", figures.label("issues_reopened"), 130, behind.BAD),
		column("rate", _("Put Right (%)"), "Percent", 100),
	]


def chart(rows: list[dict]) -> dict:
	most = rows[:10]
	if not most:
		return {"type": "bar", "data": {}}
	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"data": {
			"labels": [row["responsible_name"] for row in most],
			"datasets": [
				{"name": _("Issues Put Right"), "values": [row["put_right"] for row in most]},
				{"name": _("Waiting for the Recheck"), "values": [row["rectified"] for row in most]},
				{
					"name": figures.label("issues_open"),
					"values": [row["open"] - row["overdue"] for row in most],
				},
				{"name": figures.label("issues_overdue"), "values": [row["overdue"] for row in most]},
			],
		},
		"colors": ["#29a56c", "#2490ef", "#f5a623", "#e24c4c"],
	}


def summary(rows: list[dict]) -> list[dict]:
	if not rows:
		return []
	total = rows[-1]
	return [
		{
			"value": total["open"],
			"label": figures.label("issues_open"),
			"datatype": "Int",
			"indicator": "Blue",
		},
		{
			"value": total["overdue"],
			"label": figures.label("issues_overdue"),
			"datatype": "Int",
			"indicator": "Red" if total["overdue"] else "Green",
		},
		{
			"value": total["reopened"],
			"label": figures.label("issues_reopened"),
			"datatype": "Int",
			"indicator": "Red" if total["reopened"] else "Green",
		},
	]
