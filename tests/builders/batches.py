"""Batches of adjustments for the site tests: entered, previewed, decided by another person, carried out."""

from __future__ import annotations

import frappe
from frappe.utils import flt

from socaid_app.means_testing.batches import batch_jobs, batch_records, batch_steps
from tests import builders
from tests.builders import adjustments as make

ADJUSTMENT, BATCH, OMISSION = make.ADJUSTMENT, batch_records.DOCTYPE, batch_records.OMISSION
ENTITLEMENT = "Entitlement"


def batch(team, **values):
	"""A batch that raises 农村低保 in a township, as its clerk enters it."""
	with builders.acting_as(team.clerk):
		return frappe.get_doc(
			{
				"doctype": BATCH,
				"title": "提标",
				"category": "农村低保",
				"division": builders.TOWNSHIP_A,
				"effective_month": make.NEXT,
				"change": "New Standard",
				"reason": "低保标准提高",
				"limit_percent": 0,
				**values,
			}
		).insert()


def work(made) -> None:
	"""What the job does, without keeping it."""
	while frappe.db.get_value(BATCH, made.name, "status") in batch_records.AT_WORK:
		batch_jobs.CHUNKS[frappe.db.get_value(BATCH, made.name, "status")](made.name)
	made.reload()


def previewed(team, **values):
	"""The same, with its drafts."""
	made = batch(team, **values)
	with builders.acting_as(team.clerk):
		batch_steps.preview(made.name)
		work(made)
	return made


def approved(made, team):
	"""Decided by another person and carried out."""
	with builders.acting_as(team.approver):
		batch_steps.approve(made.name, "同意")
		work(made)
	return made


def paid(household, month=make.NEXT) -> list[float]:
	"""What a household is paid in a month, by the ledger."""
	rows = frappe.get_all(
		ENTITLEMENT,
		filters={"household": household.name, "docstatus": 1, "start_month": ["<=", month]},
		or_filters=[["end_month", "is", "not set"], ["end_month", ">=", month]],
		pluck="amount",
		order_by="name",
	)
	return [flt(amount) for amount in rows]


def drafts_of(made) -> dict[str, frappe._dict]:
	"""The adjustments of a batch by their benefits."""
	rows = frappe.get_all(ADJUSTMENT, filters={"batch": made.name}, fields=["*"], order_by="name")
	return {row.entitlement: row for row in rows}


def why_left_out(made, benefit) -> str:
	return frappe.db.get_value(OMISSION, {"batch": made.name, "entitlement": benefit.name}, "reason") or ""
