"""Recoveries for the site tests, out of the decisions they rest on."""

from __future__ import annotations

from io import BytesIO

import frappe
from frappe.utils import add_months, today
from pypdf import PdfWriter

from socaid_app.means_testing.recoveries import bookings, recovery_steps
from tests import builders
from tests.builders import adjustments

RECOVERY, ENTRY = bookings.RECOVERY, bookings.ENTRY


def refunded(team, benefit, amount: float = 600):
	"""A refund that was heard about and decided, and what follows from it."""
	adjustment = adjustments.adjusted(
		benefit,
		"Refund",
		team,
		ground="Paid Too Much",
		refund_amount=amount,
		refund_first_month=str(add_months(builders.TODAY, -3)),
		refund_last_month=str(add_months(builders.TODAY, -1)),
	)
	return frappe.get_doc(RECOVERY, {"source_name": adjustment.name})


def receive(recovery, user: str, amount: float, receipt_no: str, kind: str = "Bank Receipt") -> str:
	with builders.acting_as(user):
		return recovery_steps.record_receipt(recovery.name, kind, amount, today(), receipt_no)


def agree(recovery, user: str, monthly: float):
	with builders.acting_as(user):
		recovery_steps.agree_to_deduction(recovery.name, monthly, "测试户主", today(), scan(recovery))


def blank_pdf() -> bytes:
	writer, content = PdfWriter(), BytesIO()
	writer.add_blank_page(595, 842)
	writer.write(content)
	return content.getvalue()


def scan(recovery) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "File",
				"file_name": "consent.pdf",
				"content": blank_pdf(),
				"attached_to_doctype": RECOVERY,
				"attached_to_name": recovery.name,
				"is_private": 1,
			}
		)
		.insert()
		.file_url
	)


def entries(recovery) -> list[tuple]:
	return [
		(row.kind, row.amount)
		for row in frappe.get_all(
			ENTRY, filters={"recovery": recovery.name}, fields=["kind", "amount"], order_by="creation, name"
		)
	]
