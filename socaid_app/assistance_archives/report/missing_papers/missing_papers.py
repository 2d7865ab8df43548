"""What is missing in the archive files, decision by decision, and who owes it; by township first."""

from __future__ import annotations

from collections import Counter

import frappe
from frappe import _

from socaid_app import figures
from socaid_app.assistance_archives import completeness
from socaid_app.casework.places import add_names
from socaid_app.reporting import column


def execute(filters: dict | None = None):
	"""``filters``: township, owed_by, category."""
	filters = frappe._dict(filters or {})
	rows = completeness.missing(township=filters.township, owed_by=filters.owed_by)
	if filters.category:
		rows = [row for row in rows if row.category == filters.category]
	add_names(rows, "township", "division")
	for row in rows:
		row.owed_by_label = _(row.owed_by, context="Archive Template Item")
	return columns(), rows, figures.meanings("files_with_papers_missing"), chart(rows), summary(rows)


def columns() -> list[dict]:
	return [
		column("township_name", _("Township Division"), "Data", 120),
		column("division_name", _("Village or Community"), "Data", 130),
		column("archive_file", _("Archive File"), "Link", 200, "Archive File"),
		column("category", _("Assistance Category"), "Link", 130, "Assistance Category"),
		column("document_kind", _("Missing Paper"), "Data", 170),
		column("owed_by_label", _("Owed By"), "Data", 110),
		column("decision", _("Needed For"), "Data", 120),
		column("decided_on", _("Decided On"), "Date", 110),
		column("note", _("Basis"), "Data", 240),
	]


def chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	count = Counter(row.township_name or "" for row in rows)
	return {
		"type": "bar",
		"data": {
			"labels": list(count),
			"datasets": [{"name": _("Missing Papers"), "values": list(count.values())}],
		},
		"colors": ["#e24c4c"],
	}


def summary(rows: list[dict]) -> list[dict]:
	owed = Counter(row.owed_by_label for row in rows)
	return [
		{"value": len(rows), "label": _("Missing Papers"), "datatype": "Int", "indicator": "Red"},
		{
			"value": len({row.archive_file for row in rows}),
			"label": figures.label("files_with_papers_missing"),
			"datatype": "Int",
			"indicator": "Orange",
		},
		*(
			{"value": number, "label": label, "datatype": "Int", "indicator": "Blue"}
			for label, number in owed.most_common()
		),
	]
