"""What custody finds wrong enters the ledger of rectifications (服务方案 1.1.2-18)."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from socaid_app.casework import rectification
from socaid_app.casework.people import Directory
from socaid_app.casework.rectification import CRITICAL as CRITICAL
from socaid_app.casework.rectification import MAJOR
from socaid_app.socaid_app import rules

KIND = "Archive Custody"
KEEPERS = ("Archivist", "Service Manager")


def raise_issue(
	subject: str, reference: Document, responsible: str | None, severity: str = MAJOR, once: bool = False
) -> str | None:
	"""Enter a fault of ``reference`` and return the issue; without a responsible user an archivist is."""
	enter = rectification.found_once if once else rectification.found
	return enter(
		reference,
		subject,
		kind=KIND,
		severity=severity,
		responsible=responsible or archivists(reference.get("division"))[0],
		due_on=rules.days_after("archive_issue_rectify_days"),
		household=reference.get("household"),
	)


def archivists(division: str | None) -> list[str]:
	"""Who keeps the archives of a division; never empty."""
	return Directory().of_first(KEEPERS, division) or [frappe.session.user]
