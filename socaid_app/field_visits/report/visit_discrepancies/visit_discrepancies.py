"""Where files and families differ, by fact and township: what finished visits found, and what became of it."""

from __future__ import annotations

import frappe
from frappe import _

from socaid_app import figures
from socaid_app.field_visits.findings import column, counted


def execute(filters: dict | None = None):
	difference = frappe.qb.DocType("Visit Difference")
	sums = {
		"accepted": difference.decision == "Accepted",
		"not_accepted": difference.decision == "Not Accepted",
	}
	rows = counted("Visit Difference", "fact", sums, filters)
	for row in rows:
		row.undecided = row.found - row.accepted - row.not_accepted
	return columns(), rows, figures.meanings("differences_found")


def columns() -> list[dict]:
	return [
		column("township_name", _("Township Division"), "Data", 160),
		column("fact", _("Fact"), "Data", 180),
		column("found", _("Differences Found"), "Int", 120),
		column("accepted", _("Accepted"), "Int", 120),
		column("not_accepted", _("Not Accepted"), "Int", 120),
		column("undecided", _("Not Decided Yet"), "Int", 120),
	]
