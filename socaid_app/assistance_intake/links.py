"""What a case rests on: authorisations, investigations, the check report and the publicity notice.

The application never takes these links from the browser; they are read from the records themselves each
time it is saved, and brought up to date when one of those records changes.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.assistance_intake import consents
from socaid_app.casework import events

APPLICATION = "Assistance Application"


def derive(application: Document) -> None:
	"""Set the links of ``application`` from the database, whatever the caller sent."""
	signed = consents.in_force(application.name, getdate(today()))
	for member in application.members:
		member.consent = signed.get(member.recipient)
	application.update(case_links(application.name))


def refresh(application: str | None) -> None:
	"""Store the links of an open case after one of its records changed, leaving open forms valid."""
	if not application or events.is_left_to_its_save(APPLICATION, application):
		return
	if frappe.db.get_value(APPLICATION, application, "docstatus") != 0:
		return
	frappe.db.set_value(APPLICATION, application, case_links(application), update_modified=False)
	signed = consents.in_force(application, getdate(today()))
	for row in frappe.get_all(
		"Application Member",
		filters={"parent": application, "parenttype": APPLICATION},
		fields=["name", "recipient", "consent"],
		order_by="idx",
	):
		if row.consent != signed.get(row.recipient):
			frappe.db.set_value(
				"Application Member", row.name, "consent", signed.get(row.recipient), update_modified=False
			)


def take_up(application: Document) -> None:
	"""At the end of its save an open case takes up what its own step has added."""
	if application.docstatus.is_draft():
		refresh(application.name)
		application.update(case_links(application.name))


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
