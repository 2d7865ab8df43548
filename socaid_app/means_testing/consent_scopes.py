"""Whether a person has consented to be asked about at one source on one day (57号 Art. 9; Law Arts 40-41).

An authorisation reaches as far as it says: all sources, all but the accounts at banks and the like, or those that are
listed; for everything that support needs, or for one application alone. Accounts moreover want the separate consent to
sensitive data (Personal Information Protection Law Art. 29). It is each person's own: nobody signs for a supporter.
Where a statute obliges to compare, which the source has to name, no consent is needed (the same law, Art. 13).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import frappe
from frappe.utils import cint

from socaid_app.assistance_intake import consents
from socaid_app.means_testing import source_records

EVERYTHING, NO_BANK, LISTED = "All Sources", "Without Bank Data", "Listed Sources"
ONE_CASE = "This Application Only"


def permits(
	recipients: Iterable[str], source: str, on: date, application: str | None = None
) -> dict[str, str | None]:
	"""Person → the authorisation by which this source may be asked about them on ``on``; none where a statute is enough.

	``application`` is the case it is asked for; without one it is asked for the support they receive.
	"""
	people = list(dict.fromkeys(recipients))
	asked = frappe.db.get_value(source_records.DOCTYPE, source, ["is_financial", "legal_duty"], as_dict=True)
	if asked.legal_duty:
		return dict.fromkeys(people)
	financial = cint(asked.is_financial)
	listed = _that_list(source)

	def reaches(row: frappe._dict) -> bool:
		if row.purpose == ONE_CASE and row.application != application:
			return False
		if financial and (row.scope == NO_BANK or not cint(row.consent_sensitive)):
			return False
		return row.scope != LISTED or row.name in listed

	return consents.valid(consents.newest({"recipient": ["in", people or [""]]}, on, reaches), on)


def without(recipients: Iterable[str], source: str, on: date, application: str | None = None) -> list[str]:
	"""Who of these may not be asked about at this source on that day."""
	people = list(dict.fromkeys(recipients))
	permitted = permits(people, source, on, application)
	return [person for person in people if person not in permitted]


def _that_list(source: str) -> set[str]:
	rows = frappe.get_all(
		"Check Authorization Source",
		filters={"source": source, "parenttype": consents.AUTHORIZATION},
		pluck="parent",
		order_by="parent",
	)
	return set(rows)
