"""信访台账: the 23 columns of the official ledger, in their order."""

from __future__ import annotations

from frappe import _

from socaid_app.petition_desk import ledger
from socaid_app.reporting import column


def execute(filters: dict | None = None):
	"""``filters``: from_date, to_date, township, category, status, overdue."""
	return columns(), ledger.rows(filters)


def columns() -> list[dict]:
	return [
		column("number", _("No."), "Int", 60),
		column("petition_number", _("Petition Number"), "Data", 160),
		column("received_on", _("Recorded On"), "Date", 110),
		column("channel", _("Channel", context="Petition"), "Data", 70),
		column("petitioner", _("Petitioner"), "Data", 90),
		column("contact", _("Contact", context="Recipient"), "Data", 120),
		column("place", _("Address", context="Petition"), "Data", 150),
		column("people", _("People / Group"), "Data", 130),
		column("repeat", _("Repeated"), "Data", 100),
		column("category", _("Category of Petition"), "Data", 90),
		column(
			"assistance_category",
			_("Assistance Category", context="Petition"),
			"Link",
			110,
			"Assistance Category",
		),
		column("demand", _("Main Demand"), "Data", 240),
		column("handled_by", _("Unit / Handler"), "Data", 160),
		column("notice_due", _("Notice Due (15 Days)"), "Date", 150),
		column("taken_up", _("Taken Up or Passed On"), "Date", 150),
		column("decide_due", _("Answer Due (60 Days)"), "Date", 150),
		column("extended_until", _("Extended Until"), "Date", 110),
		column("decision", _("Kind of Opinion"), "Data", 110),
		column("answered_on", _("Answered On"), "Date", 110),
		column("delivery_method", _("Way of Delivery"), "Data", 100),
		column("satisfaction", _("Satisfaction"), "Data", 80),
		column("reviews", _("Review / Recheck"), "Data", 140),
		column("archive_number", _("Archive Number"), "Data", 110),
	]
