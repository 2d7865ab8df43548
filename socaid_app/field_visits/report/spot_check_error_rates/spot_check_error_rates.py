"""How reliable the visits of each township are: errors found by spot checks, with the range the true rate
lies in with a probability of 95 %."""

from __future__ import annotations

from frappe import _

from socaid_app import figures
from socaid_app.field_visits import spotchecks
from socaid_app.field_visits.findings import column


def execute(filters: dict | None = None):
	rows = spotchecks.rates(filters)
	return columns(), rows, figures.meanings("error_rate"), chart(rows)


def columns() -> list[dict]:
	return [
		column("spot_check", _("Spot Check"), "Link", 140, "Spot Check"),
		column("title", _("Title", context="Spot Check"), "Data", 160),
		column("township_name", _("Township Division"), "Data", 120),
		column("population", _("In Scope"), "Int", 90),
		column("drawn", _("Drawn"), "Int", 90),
		column("visited", _("Visited Again"), "Int", 110),
		column("checked", _("Rechecked"), "Int", 90),
		column("deviations", _("Deviations"), "Int", 90),
		column("mistakes", _("Mistakes"), "Int", 90),
		column("error_rate", _("Error Rate (%)"), "Percent", 110),
		column("error_low", _("Error Rate, 95 % from (%)"), "Percent", 140),
		column("error_high", _("Error Rate, 95 % to (%)"), "Percent", 140),
		column("deviation_rate", _("Deviation Rate (%)"), "Percent", 110),
		column("deviation_low", _("Deviation Rate, 95 % from (%)"), "Percent", 140),
		column("deviation_high", _("Deviation Rate, 95 % to (%)"), "Percent", 140),
	]


def chart(rows: list[dict]) -> dict | None:
	"""Errors in all checked visits of a township, over the spot checks shown."""
	checked = [row for row in rows if row.checked]
	if not checked:
		return None
	townships = sorted({row.township_name or "" for row in checked})

	def rate(township: str) -> float:
		of_township = [row for row in checked if (row.township_name or "") == township]
		return round(
			100 * sum(row.mistakes for row in of_township) / sum(row.checked for row in of_township), 2
		)

	return {
		"type": "bar",
		"data": {
			"labels": townships,
			"datasets": [{"name": _("Error Rate (%)"), "values": [rate(township) for township in townships]}],
		},
	}
