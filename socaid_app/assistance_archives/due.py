"""What of the custody waits for somebody: files to bring back, rooms to check (hook ``socaid_due_items``)."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _

from socaid_app.assistance_archives import issues, loans, rooms
from socaid_app.assistance_archives.storage import LOCATION
from socaid_app.assistance_intake.reminders import Due


def due_items(until: date) -> list[Due]:
	"""Everything open that is due on or before ``until``."""
	return [*_loans(until), *_rooms(until)]


def _loans(until: date) -> list[Due]:
	"""For the borrower, and for who handed the file out."""
	rows = frappe.get_all(
		loans.DOCTYPE,
		filters={"status": loans.LOAN_LENT, "due_on": ["<=", until]},
		fields=[
			"name",
			"file_title",
			"due_on",
			"division",
			"handed_out_on",
			"borrower",
			"handed_out_by",
		],
		order_by="due_on, name",
	)
	return [
		Due.of_record(
			loans.DOCTYPE,
			row.name,
			row.file_title,
			_("return of the file"),
			row.due_on,
			row.division,
			row.handed_out_on,
			(row.borrower, row.handed_out_by),
		)
		for row in rows
	]


def _rooms(until: date) -> list[Due]:
	return [
		Due.of_record(
			LOCATION,
			row.name,
			row.location_name,
			_("check of the archive room"),
			row.due_on,
			row.division,
			row.last or row.creation,
			(row.custodian,) if row.custodian else tuple(issues.archivists(row.division)),
		)
		for row in rooms.checks_due(until)
	]
