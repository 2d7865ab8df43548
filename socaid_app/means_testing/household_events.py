"""What the comparison of data and the payment lists add to the history of a household, for who may read those records."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.utils import fmt_money, getdate

from socaid_app.means_testing import comparison_findings as findings
from socaid_app.means_testing.payments.payment_records import DROPPED, LINE, LINE_WITHDRAWN, PROPOSED

# As many as the page shows of each.
SHOWN = 50


def of_household(household: str) -> Iterator[dict]:
	"""Hook ``socaid_household_events``: rows of happened_on, title, detail, doctype and name."""
	if frappe.has_permission(findings.DOCTYPE):
		yield from _findings(household)
	if frappe.has_permission(LINE):
		yield from _payments(household)


def _findings(household: str) -> Iterator[dict]:
	rows = frappe.get_list(
		findings.DOCTYPE,
		filters={"household": household},
		fields=["name", "title", "status", "first_seen", "conclusion", "concluded_on"],
		order_by="first_seen desc",
		limit_page_length=SHOWN,
	)
	for row in rows:
		about = {"doctype": findings.DOCTYPE, "name": row.name}
		yield about | {
			"happened_on": row.first_seen,
			"title": _("Found in Outside Data"),
			"detail": f"{row.title} · {_(row.status, context=findings.DOCTYPE)}",
		}
		if row.concluded_on:
			yield about | {
				"happened_on": row.concluded_on,
				"title": _("Finding Concluded", context=findings.DOCTYPE),
				"detail": f"{row.title} · {_(row.conclusion, context=findings.DOCTYPE)}",
			}


def _payments(household: str) -> Iterator[dict]:
	rows = frappe.get_list(
		LINE,
		filters={"household": household, "status": ["not in", [PROPOSED, DROPPED, LINE_WITHDRAWN]]},
		fields=["name", "month", "category", "net", "status", "result", "result_on"],
		order_by="month desc",
		limit_page_length=SHOWN,
	)
	for row in rows:
		month = getdate(row.month)
		yield {
			"doctype": LINE,
			"name": row.name,
			"happened_on": row.result_on or row.month,
			"title": _("Payment of {0}").format(f"{month:%Y-%m}"),
			"detail": " · ".join(
				filter(
					None,
					(
						row.category,
						fmt_money(row.net, currency="CNY"),
						_(row.status, context=LINE),
						row.result and row.result != row.status and _(row.result, context=LINE),
					),
				)
			),
		}
