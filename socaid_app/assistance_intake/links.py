"""What a case rests on: authorisations, investigations, the check report and the publicity notice.

The application never takes these links from the browser; they are read from the records themselves each
time it is saved, and brought up to date when one of those records changes.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, today

APPLICATION = "Assistance Application"


def derive(application: Document) -> None:
	"""Set the links of ``application`` from the database, whatever the caller sent."""
	consents = consents_by_person(application.name, getdate(today()))
	for member in application.members:
		member.consent = consents.get(member.recipient)
	application.update(case_links(application.name))


def refresh(application: str | None) -> None:
	"""Store the links of an open case after one of its records changed, leaving open forms valid."""
	if not application or frappe.db.get_value(APPLICATION, application, "docstatus") != 0:
		return
	frappe.db.set_value(APPLICATION, application, case_links(application), update_modified=False)
	consents = consents_by_person(application, getdate(today()))
	for row in frappe.get_all(
		"Application Member",
		filters={"parent": application, "parenttype": APPLICATION},
		fields=["name", "recipient", "consent"],
		order_by="idx",
	):
		if row.consent != consents.get(row.recipient):
			frappe.db.set_value(
				"Application Member", row.name, "consent", consents.get(row.recipient), update_modified=False
			)


def case_links(application: str | None) -> dict[str, str | None]:
	"""The newest valid record of each kind."""
	return {
		"investigation": _newest(
			"Household Investigation", application, "investigated_on desc, creation desc"
		),
		"county_visit": _newest(
			"Household Investigation", application, "investigated_on desc, creation desc", level="County"
		),
		"check_report": _newest("Check Report", application, "report_date desc, creation desc"),
		"publicity": _newest(
			"Publicity Notice",
			application,
			"creation desc",
			docstatus=0,
			kind="Preliminary",
			status=["!=", "Withdrawn"],
		),
	}


def _newest(doctype: str, application: str | None, order_by: str, **filters) -> str | None:
	if not application:
		return None
	filters = {"docstatus": 1, **filters, "application": application}
	names = frappe.get_all(doctype, filters=filters, pluck="name", order_by=order_by, limit=1)
	return names[0] if names else None


def consents_by_person(application: str | None, on: date) -> dict[str, str]:
	"""Recipient → authorisation for this case in force on ``on`` (the newest)."""
	if not application:
		return {}
	rows = frappe.get_all(
		"Check Authorization",
		filters={
			"application": application,
			"signed_on": ["<=", on],
			"valid_until": [">=", on],
		},
		fields=["name", "recipient", "withdrawn_on"],
		order_by="signed_on asc, creation asc",
	)
	return {row.recipient: row.name for row in rows if not row.withdrawn_on or getdate(row.withdrawn_on) > on}


def members_of(application: str) -> list[str]:
	return frappe.get_all(
		"Application Member",
		filters={"parent": application, "parenttype": APPLICATION},
		pluck="recipient",
		order_by="idx",
	)


def members_without_consent(application: str, on: date) -> list[str]:
	"""Names of the counted members, and of supporters who agreed to a check, without authorisation on ``on``."""
	consents = consents_by_person(application, on)
	members = frappe.get_all(
		"Application Member",
		filters={"parent": application, "parenttype": APPLICATION},
		fields=["recipient", "member_name", "counted", "in_need"],
		order_by="idx",
	)
	supporters = frappe.get_all(
		"Application Supporter",
		filters={"parent": application, "parenttype": APPLICATION, "check_consented": 1},
		fields=["recipient", "supporter_name as member_name"],
		order_by="idx",
	)
	return [
		row.member_name or row.recipient
		for row in [m for m in members if m.counted or m.in_need] + [s for s in supporters if s.recipient]
		if row.recipient not in consents
	]
