"""What the printed list shows: its lines in pages, each with its own sum and the sum so far."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from socaid_app.means_testing.payments.payment_records import LINE
from socaid_app.policy import payments
from socaid_app.policy.income import money

ON_A_PAGE = 14
SHOWN = (
	"serial",
	"payee_name",
	"recipient_name",
	"category",
	"bank_name",
	"account_mask",
	"method",
	"from_month",
	"to_month",
	"amount",
	"arrears",
	"reissued",
	"deduction",
	"net",
	"hold_reason",
	"finding",
)


def payment_pages(payment_list: Document) -> list[dict]:
	"""Pages of {number, rows, total, so_far} of what is paid; whoever may read the list may print it."""
	rows = frappe.get_all(
		LINE,
		filters={"payment_list": payment_list.name, "hold_reason": ["is", "not set"]},
		fields=list(SHOWN),
		order_by="serial",
	)
	pages, so_far = [], payments.NOTHING
	for start in range(0, len(rows), ON_A_PAGE):
		part = rows[start : start + ON_A_PAGE]
		total = payments.total(row.net for row in part)
		so_far += money(total)
		pages.append({"number": len(pages) + 1, "rows": part, "total": total, "so_far": so_far})
	return pages


def payments_held(payment_list: Document) -> list[frappe._dict]:
	"""Lines that are not paid, with the words why."""
	return frappe.get_all(
		LINE,
		filters={"payment_list": payment_list.name, "hold_reason": ["is", "set"]},
		fields=list(SHOWN),
		order_by="serial",
	)
