"""What assessments of needs, plans and their measures add to the history of a household, for who may read them."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
from frappe import _

from socaid_app.field_visits.needs import ASSESSED, ASSESSMENT, REPLACED
from socaid_app.field_visits.plan_measures import DRAFT, ENDS, MEASURE, PLAN, named

# As many as the page shows of each.
SHOWN = 50


def of_household(household: str) -> Iterator[dict]:
	"""Hook ``socaid_household_events``: rows of happened_on, title, detail, doctype and name."""
	if frappe.has_permission(ASSESSMENT):
		yield from _assessments(household)
	if frappe.has_permission(PLAN):
		yield from _plans(household)


def _assessments(household: str) -> Iterator[dict]:
	rows = frappe.get_list(
		ASSESSMENT,
		filters={"household": household, "status": ["in", (ASSESSED, REPLACED)]},
		fields=["name", "recipient_name", "group", "assessed_on"],
		order_by="assessed_on desc",
		limit_page_length=SHOWN,
	)
	for row in rows:
		yield {
			"doctype": ASSESSMENT,
			"name": row.name,
			"happened_on": row.assessed_on,
			"title": _("Needs Assessed"),
			"detail": f"{row.recipient_name} · {_(row.group, context=ASSESSMENT)}",
		}


def _plans(household: str) -> Iterator[dict]:
	rows = frappe.get_list(
		PLAN,
		filters={"household": household, "status": ["!=", DRAFT]},
		fields=["name", "starts_on", "status", "goal"],
		order_by="starts_on desc",
		limit_page_length=SHOWN,
	)
	if not rows:
		return
	about = {row.name: {"doctype": PLAN, "name": row.name} for row in rows}
	for row in rows:
		yield about[row.name] | {
			"happened_on": row.starts_on,
			"title": _(PLAN),
			"detail": f"{row.goal} · {_(row.status, context=PLAN)}",
		}
	measures = frappe.get_all(
		MEASURE,
		filters={"parent": ["in", list(about)], "parenttype": PLAN, "status": ["in", ENDS]},
		fields=["parent", "service", "kind", "status", "ended_on", "effect"],
		order_by="ended_on desc",
		limit_page_length=SHOWN,
	)
	for row in measures:
		if row.ended_on:
			yield about[row.parent] | {
				"happened_on": row.ended_on,
				"title": _(row.status, context=MEASURE),
				"detail": " · ".join(filter(None, (named(row), row.effect))),
			}
