"""Who publishes in time and who is late: notices and catalogue items by township (民办函〔2019〕52号)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import add_months, get_first_day, getdate, today

from socaid_app import figures
from socaid_app.casework.places import add_names
from socaid_app.public_disclosure import timeliness
from socaid_app.reporting import column


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date (formed in between; default: the last twelve months), township, late_only."""
	filters = frappe._dict(filters or {})
	until = getdate(filters.to_date or today())
	since = getdate(filters.from_date or add_months(get_first_day(until), -11))
	titles = timeliness.item_titles()
	rows = []
	for (township, item), tally in timeliness.tallies(since, until, filters.township).items():
		if filters.late_only and not (tally.late or tally.overdue):
			continue
		rows.append(
			frappe._dict(
				township=township or None,
				item=titles.get(item) or _(item),
				in_time=tally.in_time,
				late=tally.late,
				waiting=tally.waiting,
				overdue=tally.overdue,
				rate=tally.rate,
			)
		)
	add_names(rows, "township")
	for row in rows:
		row.township_name = row.township_name or _("County")
	rows.sort(key=lambda row: (row.township or "", row["item"]))
	return (
		columns(),
		rows,
		figures.meanings("published_in_time", "publications_overdue"),
		chart(rows),
		summary(rows),
	)


def columns() -> list[dict]:
	return [
		column("township_name", _("Township Division"), "Data", 150),
		column("item", _("Disclosure Item"), "Data", 220),
		column("in_time", _("Published in Time"), "Int", 120),
		column("late", _("Published Late"), "Int", 120),
		column("waiting", _("Waiting, Not Yet Due"), "Int", 150),
		column("overdue", _("Waiting, Overdue"), "Int", 150),
		column("rate", _("In Time (%)"), "Percent", 110),
	]


def chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	places = sorted({row.township_name for row in rows})

	def values(field: str) -> list[int]:
		return [sum(row[field] for row in rows if row.township_name == place) for place in places]

	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"data": {
			"labels": places,
			"datasets": [
				{"name": _("Published in Time"), "values": values("in_time")},
				{"name": _("Published Late"), "values": values("late")},
				{"name": _("Waiting, Overdue"), "values": values("overdue")},
			],
		},
		"colors": ["#29a56c", "#e8a33d", "#e24c4c"],
	}


def summary(rows: list[dict]) -> list[dict]:
	total = timeliness.Tally(
		*(sum(row[field] for row in rows) for field in ("in_time", "late", "waiting", "overdue"))
	)
	cards = [
		{"value": total.in_time, "label": _("Published in Time"), "datatype": "Int", "indicator": "Green"},
		{"value": total.late, "label": _("Published Late"), "datatype": "Int", "indicator": "Orange"},
		{"value": total.overdue, "label": _("Waiting, Overdue"), "datatype": "Int", "indicator": "Red"},
	]
	if total.rate is not None:
		cards.append(
			{"value": total.rate, "label": _("In Time (%)"), "datatype": "Percent", "indicator": "Blue"}
		)
	return cards
