"""How many petitions by type, township, cause or channel; how many were dealt with in time, and how fast."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt

from socaid_app import figures
from socaid_app.casework.places import division_names
from socaid_app.petition_desk import ledger
from socaid_app.reporting import column

# The filter's choice → column of Petition.
SHOWN = ("petitions", "petitions_open", "petitions_answered", "petitions_late")
GROUPS = {
	"Category of Petition": "category",
	"Township Division": "township",
	"Cause": "matter",
	"Channel": "channel",
	"Assistance Category": "assistance_category",
}


def execute(filters: dict | None = None):
	"""``filters``: by (one of GROUPS), from_date, to_date, township, category."""
	filters = frappe._dict(filters or {})
	by = GROUPS.get(filters.by, "category")
	rows = ledger.counted((by,), filters)
	names = division_names(row[by] for row in rows) if by == "township" else {}
	for row in rows:
		if by == "township":
			row.group = names.get(row[by]) or _("County")
		else:
			row.group = ledger.term(row[by]) or _("Not Stated")
		row.on_time = flt((row.total - row.late) * 100 / row.total, 1)
		row.days = flt(row.days, 1)
	return columns(filters.by), rows, figures.meanings(*SHOWN), chart(rows), summary(rows)


def columns(by: str | None) -> list[dict]:
	return [
		column("group", ledger.term(by if by in GROUPS else "Category of Petition"), "Data", 180),
		column("total", _("Petitions"), "Int", 100),
		column("answered", _("Answered or Concluded"), "Int", 130),
		column("open", figures.label("petitions_open"), "Int", 100),
		column("late", _("Missed a Deadline"), "Int", 90),
		column("on_time", _("In Time (%)"), "Percent", 120),
		column("days", _("Days on Average"), "Float", 150) | {"precision": 1},
	]


def chart(rows: list[frappe._dict]) -> dict | None:
	if not rows:
		return None
	return {
		"type": "bar",
		"barOptions": {"stacked": 1},
		"data": {
			"labels": [row.group or "—" for row in rows],
			"datasets": [
				{"name": _("Answered or Concluded"), "values": [int(row.answered) for row in rows]},
				{"name": figures.label("petitions_open"), "values": [int(row.open) for row in rows]},
			],
		},
		"colors": ["#29a56c", "#e8a33d"],
	}


def summary(rows: list[frappe._dict]) -> list[dict]:
	total, late = sum(row.total for row in rows), sum(row.late for row in rows)
	percent = flt((total - late) * 100 / total, 1) if total else 0
	return [
		{"value": total, "label": _("Petitions"), "datatype": "Int", "indicator": "Blue"},
		{"value": late, "label": _("Missed a Deadline"), "datatype": "Int", "indicator": "Red"},
		{"value": percent, "label": _("In Time (%)"), "datatype": "Percent", "indicator": "Green"},
	]
