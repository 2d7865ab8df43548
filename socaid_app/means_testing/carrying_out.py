"""A decided adjustment enters the ledger: the old row ends, the new one begins, in one transaction."""

from __future__ import annotations

import json

import frappe
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate, today

from socaid_app.means_testing import adjustment_amounts as amounts
from socaid_app.policy import benefit_changes as law
from socaid_app.socaid_app import entitlements


def carry_out(doc: Document) -> str | None:
	"""Write the ledger; returns the new entitlement, or None where nothing follows the old one."""
	match doc.kind:
		case law.REFUND:
			return None
		case law.SUSPEND:
			_end(doc, amounts.month_before(doc.effective_month))
			return None
		case law.STOP:
			return _stop(doc)
	following = _follow(doc)
	if doc.kind != law.RESUME:
		_end(doc, amounts.month_before(doc.effective_month))
	return following


def _stop(doc: Document) -> str | None:
	"""At once, or at the end of the grace period, in which the whole amount or a part of it goes on."""
	if not cint(doc.grace_months):
		_end(doc, amounts.month_before(doc.effective_month))
		return None
	last = law.grace_end(getdate(doc.effective_month), cint(doc.grace_months))
	if flt(doc.amount_after) == flt(doc.amount_before):
		_end(doc, last)
		return None
	following = _follow(doc)
	_end(doc, amounts.month_before(doc.effective_month))
	return following


def _follow(doc: Document) -> str:
	paid = frappe.get_doc(entitlements.DOCTYPE, doc.entitlement)
	after = amounts.support_after(doc)
	rows = {row.recipient: row for row in doc.shares}
	# who is recognised without being paid anything is counted all the same
	shares = after.shares or dict.fromkeys(_counted(doc), 0)
	persons = list(shares) or [paid.recipient]
	return entitlements.grant(
		category=doc.convert_to if doc.kind == law.CONVERT else paid.category,
		household=paid.household,
		recipient=paid.recipient if paid.recipient in persons else persons[0],
		division=doc.division,
		area=paid.area,
		amount=flt(after.amount, 2),
		start_month=doc.effective_month,
		end_month=after.end,
		shares=[
			{
				"recipient": person,
				"share": flt(share, 2),
				"care_grade": rows[person].care_after if person in rows else None,
				"care_amount": rows[person].care_amount if person in rows else 0,
			}
			for person, share in shares.items()
		],
		application=paid.application,
		decided_on=doc.decided_on or today(),
		snapshot=doc.basis or paid.basis_snapshot,
		member_count=len(persons),
		previous_entitlement=paid.name,
	).name


def _counted(doc: Document) -> list[str]:
	"""Whom the assessment of a conversion counts."""
	if doc.kind != law.CONVERT:
		return []
	return list(json.loads(doc.basis or "{}").get("result", {}).get("counted", ()))


def _end(doc: Document, last) -> None:
	"""An entitlement that would not have begun by then is annulled."""
	start = getdate(frappe.db.get_value(entitlements.DOCTYPE, doc.entitlement, "start_month"))
	reason = f"{law.NAMES[doc.kind]}（{doc.name}）"
	if last < start:
		entitlements.annul(doc.entitlement, reason)
	else:
		entitlements.end(doc.entitlement, last, reason)


def take_back(doc: Document) -> None:
	"""Before a month of it was paid and before anybody was told: the ledger stands as it stood."""
	paid = frappe.get_doc(entitlements.DOCTYPE, doc.entitlement)
	reason = f"撤回{law.NAMES[doc.kind]}（{doc.name}）"
	if doc.result_entitlement:
		entitlements.annul(doc.result_entitlement, reason, goes_on_as=paid.name)
	if doc.kind not in (law.RESUME, law.REFUND):
		entitlements.reopen(paid.name, paid.planned_end_month)
