"""Receipts of what a family paid (57号 Art. 5): each is counted once, whoever of the family shows it, in whichever application.

A receipt of a case that was refused or withdrawn has counted for nothing and may be shown again.
"""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.policy import terms

EXPENSE, APPLICATION = "Application Expense", "Assistance Application"
COUNTING = (*terms.OPEN_STATES, terms.CONFIRMED)


class ReceiptRefused(frappe.ValidationError):
	pass


def number(text: str | None) -> str:
	"""A receipt's number as it is compared: without blanks, whatever the case of its letters."""
	return "".join((text or "").split()).upper()


def subjects(application: Document) -> Iterator[tuple[str, str]]:
	"""Whose turn a save takes: two cases that show one receipt at once wait for each other."""
	for row in application.expenses:
		if row.receipt_no:
			yield (EXPENSE, number(row.receipt_no))


def check(application: Document) -> None:
	"""From ``validate``."""
	seen: set[str] = set()
	for row in application.expenses:
		row.receipt_no = number(row.receipt_no) or None
		if row.paid_on and getdate(row.paid_on) > getdate(today()):
			frappe.throw(
				_("Expense row {0}: the day of payment lies in the future.").format(row.idx), ReceiptRefused
			)
		if not row.receipt_no:
			continue
		row.receipted = 1
		if row.receipt_no in seen:
			frappe.throw(
				_("Expense row {0}: receipt {1} is entered twice.").format(row.idx, row.receipt_no),
				ReceiptRefused,
			)
		seen.add(row.receipt_no)
	if application.workflow_state not in terms.FINAL_STATES:
		_refuse_used(application, seen)


def _refuse_used(application: Document, numbers: set[str]) -> None:
	if not numbers:
		return
	row, case = frappe.qb.DocType(EXPENSE), frappe.qb.DocType(APPLICATION)
	used = (
		frappe.qb.from_(row)
		.join(case)
		.on((case.name == row.parent) & (row.parenttype == APPLICATION))
		.select(row.receipt_no, case.name)
		.where(row.receipt_no.isin(sorted(numbers)) & case.workflow_state.isin(COUNTING))
		.where(case.name != (application.name or ""))
		.limit(1)
		.run()
	)
	for receipt, other in used:
		frappe.throw(
			_("Receipt {0} was counted in application {1}. A receipt counts once; enter another one.").format(
				receipt, other
			),
			ReceiptRefused,
		)
