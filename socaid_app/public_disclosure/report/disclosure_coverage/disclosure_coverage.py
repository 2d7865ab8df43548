"""Which villages have their roll of a month on the board, and which have not."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate, today

from socaid_app import figures
from socaid_app.casework.places import add_names
from socaid_app.permissions.scope import scope_of
from socaid_app.public_disclosure import inspections
from socaid_app.reporting import column


def execute(filters: dict | None = None):
	"""``filters``: month (any day of it; default: this month), township, missing_only."""
	filters = frappe._dict(filters or {})
	scope = scope_of()
	rows = [
		row
		for row in inspections.coverage(getdate(filters.month or today()), filters.township)
		if scope.covers(row.village)
	]
	hangs = sum(bool(row.posted_on) for row in rows)
	found = len(rows)
	if cint(filters.missing_only):
		rows = [row for row in rows if not row.posted_on]
	add_names(rows, "township", "village")
	for row in rows:
		row.roll_status = _(row.roll_status) if row.roll_status else _("No roll yet")
	return columns(), rows, figures.meanings("rolls_posted"), None, summary(found, hangs)


def columns() -> list[dict]:
	return [
		column("township_name", _("Township Division"), "Data", 150),
		column("village_name", _("Village or Community"), "Data", 170),
		column("listed", _("Households to List"), "Int", 130),
		column("roll", _("Roll of the Month"), "Link", 200, "Publicity Notice"),
		column("roll_status", _("Status"), "Data", 110),
		column("posted_on", _("Posted On"), "Date", 110),
		column("notices", _("Other Notices in the Month"), "Int", 150),
	]


def summary(found: int, hangs: int) -> list[dict]:
	cards = [
		{"value": found, "label": _("Villages with Recipients"), "datatype": "Int", "indicator": "Blue"},
		{"value": hangs, "label": _("Roll Posted"), "datatype": "Int", "indicator": "Green"},
		{"value": found - hangs, "label": _("Roll Missing"), "datatype": "Int", "indicator": "Red"},
	]
	if found:
		rate = flt(hangs * 100 / found, 1)
		cards.append(
			{"value": rate, "label": _("Villages Posted (%)"), "datatype": "Percent", "indicator": "Blue"}
		)
	return cards
