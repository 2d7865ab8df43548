"""What inspections found of the disclosure: in time, accurate, private, on the board; and what was put right."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_months, flt, get_first_day, getdate, today

from socaid_app.casework.places import add_names
from socaid_app.permissions.scope import scope_of
from socaid_app.public_disclosure import inspections
from socaid_app.reporting import column


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date (inspected in between; default: the last twelve months), township."""
	filters = frappe._dict(filters or {})
	until = getdate(filters.to_date or today())
	since = getdate(filters.from_date or add_months(get_first_day(until), -11))
	scope = scope_of()
	rows = [
		row
		for row in inspections.results(since, until, filters.township, getdate(today()))
		if scope.covers(row.township)
	]
	add_names(rows, "township")
	for row in rows:
		row.township_name = row.township_name or _("County")
		row.accuracy = share(row.judged - row.inaccurate, row.judged)
	return columns(), rows, None, chart(rows), summary(rows)


def share(part: int, whole: int) -> float | None:
	"""Per cent; nothing to divide by gives nothing, not zero."""
	return flt(part * 100 / whole, 1) if whole else None


def columns() -> list[dict]:
	return [
		column("township_name", _("Township Division"), "Data", 150),
		column("looked_at", _("Items Looked At"), "Int", 100),
		column("untimely", _("Not in Time"), "Int", 100),
		column("inaccurate", _("Not Accurate"), "Int", 100),
		column("indiscreet", _("Privacy Not Kept"), "Int", 120),
		column("not_hung", _("Not on the Board"), "Int", 120),
		column("faulty", _("Items with Faults"), "Int", 110),
		column("put_right", _("Rectified"), "Int", 90),
		column("overdue", _("Not Put Right in Time"), "Int", 130),
		column("accuracy", _("Accurate (%)"), "Percent", 110),
	]


def chart(rows: list[frappe._dict]) -> dict | None:
	if not any(row.faulty for row in rows):
		return None
	return {
		"type": "bar",
		"data": {
			"labels": [row.township_name for row in rows],
			"datasets": [
				{"name": label, "values": [int(row[field]) for row in rows]}
				for field, label in (
					("untimely", _("Not in Time")),
					("inaccurate", _("Not Accurate")),
					("indiscreet", _("Privacy Not Kept")),
					("not_hung", _("Not on the Board")),
				)
			],
		},
		"colors": ["#e8a33d", "#e24c4c", "#9b3fbf", "#4a90d9"],
	}


def summary(rows: list[frappe._dict]) -> list[dict]:
	def total(field: str) -> int:
		return sum(int(row[field]) for row in rows)

	judged = total("judged")
	cards = [
		{"value": total("looked_at"), "label": _("Items Looked At"), "datatype": "Int", "indicator": "Blue"},
		{"value": total("faulty"), "label": _("Items with Faults"), "datatype": "Int", "indicator": "Orange"},
		{
			"value": total("overdue"),
			"label": _("Not Put Right in Time"),
			"datatype": "Int",
			"indicator": "Red",
		},
	]
	if judged:
		rate = share(judged - total("inaccurate"), judged)
		cards.append({"value": rate, "label": _("Accurate (%)"), "datatype": "Percent", "indicator": "Green"})
	return cards
