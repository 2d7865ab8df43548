"""提标受理台账 (服务方案 1.1.2-13): every raise with who, how much, how far, and whether the family knows.

Single cases (Standard Raise) and the families of a batch that carries out a new standard, as far as the reader may
list them.
"""

from __future__ import annotations

from collections import Counter

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import flt, get_first_day, get_last_day, getdate, today

from socaid_app.means_testing import adjustments
from socaid_app.means_testing.batches import raise_contacts
from socaid_app.means_testing.loss_gate import IN_EFFECT
from socaid_app.policy import benefit_changes as law
from socaid_app.reporting import column, division_names

CASE, ADJUSTMENT = "Standard Raise", adjustments.DOCTYPE
SINGLE, BATCH = "Single Case", "By a Batch"
UNDER_WAY, NOT_TOLD, DONE, NOT_RAISED = PROGRESS = "Under Way", "In Effect, Not Told", "Done", "Not Raised"
CONTEXT = "Standard Raise Ledger"
# Of a single case; "Notified" says whether it rose by its amounts.
OF_CASE = {
	"Accepted": UNDER_WAY,
	"Verifying": UNDER_WAY,
	"Verified": UNDER_WAY,
	"Approved": NOT_TOLD,
	"Not Approved": NOT_RAISED,
	"Notified": DONE,
}
COLOURS = {UNDER_WAY: "Blue", NOT_TOLD: "Orange", DONE: "Green", NOT_RAISED: "Gray"}


def execute(filters: dict | None = None):
	found = rows(frappe._dict(filters or {}))
	return columns(), found, None, None, summary(found)


def columns() -> list[dict]:
	return [
		column("name", _("Number", context=CONTEXT), "Dynamic Link", 130, "doctype"),
		column("kind_label", _("Kind of Raise", context=CONTEXT), "Data", 90),
		column("head_name", _("Head of Household"), "Data", 90),
		column("place", _("Village or Community"), "Data", 150),
		column("category", _("Category", context="Entitlement"), "Link", 130, "Assistance Category"),
		column("ground_label", _("Ground"), "Data", 110),
		column("received_on", _("Received On"), "Date", 100),
		column("before", _("Amount So Far (yuan/month)"), "Currency", 130),
		column("after", _("Amount from Now On (yuan/month)"), "Currency", 130),
		column("difference", _("Difference (yuan/month)"), "Currency", 120),
		column("effective_month", _("Effective from Month"), "Date", 100),
		column("progress_label", _("Progress", context=CONTEXT), "Data", 110),
		column("state_label", _("Status", context=ADJUSTMENT), "Data", 110),
		column("decided_on", _("Decided On"), "Date", 100),
		column("due_on", _("Due On"), "Date", 100),
		column("told_on", _("Told On"), "Date", 100),
		column("contacts", _("Contacts"), "Int", 70),
		column("note", _("Result and Reason"), "Data", 220),
	]


def rows(filters: frappe._dict) -> list[frappe._dict]:
	found = []
	if filters.kind != BATCH and not filters.batch and frappe.has_permission(CASE, "read"):
		found += _cases(filters)
	if filters.kind != SINGLE and frappe.has_permission(ADJUSTMENT, "read"):
		found += _of_batches(filters)
	# without a month the ledger says what waits
	wanted = {filters.progress} if filters.progress else set(PROGRESS)
	if not (filters.progress or filters.month or filters.batch):
		wanted = {UNDER_WAY, NOT_TOLD}
	found = [row for row in found if row.progress in wanted]
	places = division_names({row.division for row in found})
	for row in found:
		row.place = places.get(row.division, "")
		row.difference = flt(row.after) - flt(row.before) if flt(row.after) else 0
		row.kind_label, row.progress_label = _(row.kind, context=CONTEXT), _(row.progress, context=CONTEXT)
		row.late = int(bool(row.due_on and not row.told_on and getdate(row.due_on) < getdate(today())))
	return sorted(found, key=lambda row: (row.division or "", str(row.received_on or ""), row.name))


def _where(filters: frappe._dict, day: str) -> dict:
	wanted = {field: filters[field] for field in ("township", "category") if filters.get(field)}
	if filters.month:
		wanted[day] = ["between", [get_first_day(filters.month), get_last_day(filters.month)]]
	return wanted


def _cases(filters: frappe._dict) -> list[frappe._dict]:
	found = frappe.get_list(
		CASE,
		filters=_where(filters, "received_on"),
		fields=[
			"name", "head_name", "division", "category", "raise_kind", "received_on", "status", "due_on",
			"current_amount", "proposed_amount", "result_note", "notified_on",
		],
		order_by="name",
		limit_page_length=0,
	)  # fmt: skip
	for row in found:
		row.update(
			{
				"doctype": CASE,
				"kind": SINGLE,
				"ground_label": _(row.raise_kind, context=CASE),
				"before": row.current_amount,
				"after": row.proposed_amount,
				"progress": OF_CASE[row.status],
				"state_label": _(row.status, context=CASE),
				"told_on": row.notified_on,
				"note": row.result_note,
			}
		)
	return found


def _of_batches(filters: frappe._dict) -> list[frappe._dict]:
	wanted = _where(filters, "effective_month") | {
		"batch": filters.batch or ["is", "set"],
		"ground": law.NEW_STANDARD,
		"kind": law.RAISE,
	}
	if not (filters.month or filters.batch or filters.progress):
		wanted["status"] = ["in", [*adjustments.OPEN, IN_EFFECT]]
	found = frappe.get_list(
		ADJUSTMENT,
		filters=wanted,
		fields=[
			"name", "head_name", "division", "category", "ground", "proposed_on", "creation", "status",
			"effective_month", "amount_before", "amount_after", "decided_on", "return_reason", "delivered_on",
		],
		order_by="name",
		limit_page_length=0,
	)  # fmt: skip
	contacts = _contacts(found, filters)
	for row in found:
		contact = contacts.get(row.name, frappe._dict())
		told_on = contact.told_on or row.delivered_on
		row.update(
			{
				"doctype": ADJUSTMENT,
				"kind": BATCH,
				"ground_label": _(row.ground, context=ADJUSTMENT),
				"received_on": getdate(row.proposed_on or row.creation),
				"before": row.amount_before,
				"after": row.amount_after,
				"progress": _progress(row, told_on),
				"state_label": _(row.status, context=ADJUSTMENT),
				"due_on": contact.due_on,
				"told_on": told_on,
				"contacts": contact.contacts,
				"note": row.return_reason,
			}
		)
	return found


def _progress(row: frappe._dict, told_on) -> str:
	if row.status in adjustments.OPEN:
		return UNDER_WAY
	if row.status not in adjustments.DECIDED:
		return NOT_RAISED
	return DONE if told_on else NOT_TOLD


def _contacts(found: list[frappe._dict], filters: frappe._dict) -> dict[str, frappe._dict]:
	"""By when each has to be told, when it was, and how often it was tried, by the adjustment."""
	if not found:
		return {}
	contact, attempt = frappe.qb.DocType(raise_contacts.DOCTYPE), frappe.qb.DocType(raise_contacts.ATTEMPT)
	query = (
		frappe.qb.from_(contact)
		.left_join(attempt)
		.on((attempt.parent == contact.name) & (attempt.parenttype == raise_contacts.DOCTYPE))
		.select(contact.adjustment, contact.due_on, contact.told_on, Count(attempt.name).as_("contacts"))
		.groupby(contact.name, contact.adjustment, contact.due_on, contact.told_on)
	)
	for field in ("township", "batch"):
		if filters.get(field):
			query = query.where(contact[field] == filters[field])
	return {row.adjustment: row for row in query.run(as_dict=True)}


def summary(found: list[frappe._dict]) -> list[dict]:
	counted = Counter(row.progress for row in found)
	figures = [(_(one, context=CONTEXT), counted[one], COLOURS[one]) for one in PROGRESS if counted[one]]
	figures.append((_("Overdue"), sum(row.late for row in found), "Red"))
	return [
		{"label": label, "value": value, "datatype": "Int", "indicator": colour}
		for label, value, colour in figures
	]
