"""The check of Data Quality Rules that looks into authorisations (socaid_app/quality_rules.py)."""

from __future__ import annotations

import frappe
from frappe.utils import getdate, today
from pypika.terms import ExistsCriterion

from socaid_app.policy import terms


def benefit_without_authorisation(query, benefit):
	"""Paid monthly today, and somebody with a share has no authorisation in force (57号 Art. 9; Law Art. 40)."""
	share, paper = frappe.qb.DocType("Entitlement Share"), frappe.qb.DocType("Check Authorization")
	month = getdate(today()).replace(day=1)
	in_force = (
		frappe.qb.from_(paper)
		.select(paper.name)
		.where((paper.recipient == share.recipient) & (paper.status == "In Force"))
		.where(paper.valid_until.isnull() | (paper.valid_until >= getdate(today())))
	)
	without = (
		frappe.qb.from_(share)
		.select(share.name)
		.where((share.parent == benefit.name) & (share.parenttype == "Entitlement"))
		.where(~ExistsCriterion(in_force))
	)
	return (
		query.where((benefit.docstatus == 1) & (benefit.payment == terms.MONTHLY))
		.where((benefit.start_month <= month) & (benefit.end_month.isnull() | (benefit.end_month >= month)))
		.where(ExistsCriterion(without))
	)
