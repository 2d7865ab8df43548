"""What families need, by type and township, as finished visits found it: how much of it is urgent, how much open."""

from __future__ import annotations

import frappe
from frappe import _

from socaid_app import figures
from socaid_app.field_visits.findings import column, counted


def execute(filters: dict | None = None):
	need = frappe.qb.DocType("Visit Need")
	sums = {"urgent": need.urgency == "Urgent", "open": need.done_on.isnull()}
	rows = counted("Visit Need", "kind", sums, filters)
	return columns(), rows, figures.meanings("needs", "needs_not_met"), chart(rows)


def columns() -> list[dict]:
	return [
		column("township_name", _("Township Division"), "Data", 160),
		column("kind", _("Kind of Need"), "Data", 140),
		column("found", _("Needs"), "Int", 110),
		column("urgent", _("Urgent"), "Int", 110),
		column("open", _("Not Yet Met"), "Int", 110),
	]


def chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	kinds = sorted({row.kind for row in rows})

	def total(kind: str, field: str) -> int:
		return sum(int(row[field]) for row in rows if row.kind == kind)

	return {
		"type": "bar",
		"data": {
			"labels": [_(kind) for kind in kinds],
			"datasets": [
				{"name": _("Needs"), "values": [total(kind, "found") for kind in kinds]},
				{"name": _("Not Yet Met"), "values": [total(kind, "open") for kind in kinds]},
			],
		},
	}
