"""How satisfied petitioners are with the answers, by township or by unit that handled them."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import flt

from socaid_app import figures
from socaid_app.casework.places import division_names
from socaid_app.petition_desk import ledger
from socaid_app.reporting import column

GROUPS = {"Township Division": "township", "Handling Unit": "handling_unit"}


def execute(filters: dict | None = None):
	"""``filters``: by (one of GROUPS), from_date, to_date, township, category."""
	filters = frappe._dict(filters or {})
	by = GROUPS.get(filters.by, "township")
	rows = ledger.counted((by,), filters)
	names = division_names(row[by] for row in rows) if by == "township" else {}
	for row in rows:
		row.group = (
			(names.get(row[by]) or _("County")) if by == "township" else (row[by] or _("Not Assigned"))
		)
		row.answered_rate = share(row.answered, row.total)
		row.rated_rate = share(row.rated, row.answered)
		row.satisfied_rate = share(row.satisfied, row.rated)
	return columns(filters.by), rows, figures.meanings("petitions", "petitions_answered"), chart(rows)


def share(part: int, whole: int) -> float | None:
	"""Per cent; nothing to divide by gives nothing, not zero."""
	return flt(part * 100 / whole, 1) if whole else None


def columns(by: str | None) -> list[dict]:
	return [
		column("group", ledger.term(by if by in GROUPS else "Township Division"), "Data", 180),
		column("total", _("Petitions"), "Int", 100),
		column("answered", _("Answered or Concluded"), "Int", 130),
		column("answered_rate", _("Answered (%)"), "Percent", 120),
		column("rated", _("Rated"), "Int", 90),
		column("rated_rate", _("Rated of Answered (%)"), "Percent", 150),
		column("satisfied", _("Satisfied or Better"), "Int", 110),
		column("dissatisfied", _("Dissatisfied"), "Int", 100),
		column("satisfied_rate", _("Satisfied of Rated (%)"), "Percent", 150),
	]


def chart(rows: list[frappe._dict]) -> dict:
	"""Without data while nobody has rated; given no chart at all, the workspace would draw one of its own."""
	rated = [row for row in rows if row.rated]
	if not rated:
		return {"type": "bar", "data": {}}
	return {
		"type": "bar",
		"data": {
			"labels": [row.group or "—" for row in rated],
			"datasets": [
				{"name": _("Satisfied of Rated (%)"), "values": [row.satisfied_rate for row in rated]}
			],
		},
		"colors": ["#29a56c"],
	}
