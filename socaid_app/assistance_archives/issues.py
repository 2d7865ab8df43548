"""What custody finds wrong becomes a Data Quality Issue that is put right and rechecked (服务方案 1.1.2-18)."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, cint, getdate, today

from socaid_app.casework.people import Directory
from socaid_app.socaid_app import rules

ISSUE = "Data Quality Issue"
MINOR, MAJOR, CRITICAL = "Minor", "Major", "Critical"


def raise_issue(
	subject: str,
	reference: Document,
	responsible: str | None,
	severity: str = MAJOR,
	household: str | None = None,
) -> str:
	"""Open an issue about ``reference`` and return its name. Without a responsible user an archivist is."""
	days = cint(rules.parameters().get("archive_issue_rectify_days", getdate(today())))
	issue = frappe.get_doc(
		{
			"doctype": ISSUE,
			"subject": subject[:140],
			"severity": severity,
			"reference_doctype": reference.doctype,
			"reference_name": reference.name,
			"household": household,
			"division": reference.get("division"),
			"responsible": responsible or archivists(reference.get("division"))[0],
			"found_on": today(),
			"due_on": add_days(today(), days),
		}
	)
	# whoever finds a fault need not be allowed to enter issues
	issue.insert(ignore_permissions=True)
	return issue.name


def archivists(division: str | None, roles: Iterable[str] = ("Archivist", "Service Manager")) -> list[str]:
	"""Who keeps the archives of a division; never empty."""
	directory = Directory()
	for role in roles:
		if users := directory.users([role], division):
			return users
	return [frappe.session.user]
