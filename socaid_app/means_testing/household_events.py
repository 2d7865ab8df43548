"""What the comparison of data, the payment lists and the decisions on benefits add to the history of a household, for who
may read those records.
"""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _
from frappe.utils import fmt_money, getdate

from socaid_app.means_testing import comparison_findings as findings
from socaid_app.means_testing.adjustments import DECIDED
from socaid_app.means_testing.payments.payment_records import DROPPED, LINE, LINE_WITHDRAWN, PROPOSED

ADJUSTMENT = "Benefit Adjustment"
# As many as the page shows of each.
SHOWN = 50


def of_household(household: str) -> Iterator[dict]:
	"""Hook ``socaid_household_events``: rows of happened_on, title, detail, doctype and name."""
	if frappe.has_permission(findings.DOCTYPE):
		yield from _findings(household)
	if frappe.has_permission(LINE):
		yield from _payments(household)
	if frappe.has_permission(ADJUSTMENT):
		yield from _adjustments(household)


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


def _adjustments(household: str) -> Iterator[dict]:
	rows = frappe.get_list(
		ADJUSTMENT,
		filters={"household": household, "status": ["in", DECIDED]},
		fields=["name", "kind", "category", "amount_before", "amount_after", "decided_on", "reason"],
		order_by="decided_on desc",
		limit_page_length=SHOWN,
	)
	for row in rows:
		amounts = (fmt_money(amount, currency="CNY") for amount in (row.amount_before, row.amount_after))
		yield {
			"doctype": ADJUSTMENT,
			"name": row.name,
			"happened_on": row.decided_on,
			"title": _(row.kind, context=ADJUSTMENT),
			"detail": " · ".join(filter(None, (row.category, " → ".join(amounts), row.reason))),
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
