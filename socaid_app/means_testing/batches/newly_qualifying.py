"""Who would get support by a new standard and has none: what the simulation of the raise has found (what_if.py)."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from socaid_app.means_testing import what_if
from socaid_app.permissions.divisions import bounds
from socaid_app.policy import terms


def of_batch(batch: Document) -> list[frappe._dict]:
	"""Household, person and amount of each, without those who have been granted a living benefit since."""
	if not batch.scenario:
		return []
	low, high = bounds(batch.division)
	result, benefit = frappe.qb.DocType(what_if.RESULT), frappe.qb.DocType("Entitlement")
	household, case = frappe.qb.DocType("Recipient Household"), frappe.qb.DocType(what_if.APPLICATION)
	has_one = (
		frappe.qb.from_(benefit)
		.select(benefit.household)
		.where((benefit.docstatus == 1) & (benefit.payment == terms.MONTHLY) & benefit.household.isnotnull())
		.where(benefit.end_month.isnull() | (benefit.end_month >= getdate(batch.effective_month)))
	)
	return (
		frappe.qb.from_(result)
		.join(household)
		.on(household.name == result.household)
		.left_join(case)
		.on(case.name == result.application)
		.select(
			result.household,
			household.head.as_("head"),
			case.applicant,
			result.application,
			result.after.as_("amount"),
			result.division,
		)
		.where((result.scenario == batch.scenario) & (result.outcome == what_if.GAINS))
		.where((result.category == batch.category) & result.division[low:high])
		.where(result.household.notin(has_one))
		.orderby(result.household)
		.run(as_dict=True)
	)
