"""Passing petitions on (转送), assigning them with a day to report back by (交办), returning them (退回)."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework.records import step
from socaid_app.permissions.divisions import bounds
from socaid_app.petition_desk import conflicts, secrecy
from socaid_app.policy import petitions as law

DOCTYPE = "Petition Transfer"


class TransferIncomplete(frappe.ValidationError):
	pass


class WouldReachTheAccused(frappe.ValidationError):
	pass


def make(
	petition: Document,
	kind: str,
	unit: str,
	reason: str,
	due: str | None = None,
	to_division: str | None = None,
) -> str:
	"""The record of a transfer that a step of the petition has decided; returns its name."""
	transfer = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"petition": petition.name,
			"kind": kind,
			"to_unit": unit,
			"to_division": to_division,
			"reason": reason,
			"sent_on": today(),
			"feedback_required": int(kind == law.ASSIGNED_TO_UNIT),
			"due_on": due,
		}
	)
	with step(transfer):
		transfer.insert(ignore_permissions=True)
	return transfer.name


def require_not_accused(petition: Document, unit: str, division: str | None) -> None:
	"""What is complained about does not go to those complained about, nor to their unit (Art. 30)."""
	for row in petition.accused:
		named = unit == row.unit or secrecy.is_named(row.accused_name, [unit])
		below = row.unit_division and division and _inside(division, row.unit_division)
		if named or below:
			frappe.throw(
				_("{0} is complained about in this petition; it must not be passed there (Art. 30).").format(
					unit
				),
				WouldReachTheAccused,
			)


def _inside(division: str, unit: str) -> bool:
	low, high = bounds(unit)
	return low <= division <= high


def check(transfer: Document) -> None:
	"""From ``validate``: an assignment names its day, a report says something."""
	if transfer.kind == law.ASSIGNED_TO_UNIT and not transfer.due_on:
		frappe.throw(_("Enter the day by which the unit has to report back."), TransferIncomplete)
	if transfer.feedback_required and not transfer.due_on:
		frappe.throw(_("A report that is required needs its day."), TransferIncomplete)
	if transfer.due_on and getdate(transfer.due_on) < getdate(transfer.sent_on):
		frappe.throw(_("The report is due before the petition was sent."), TransferIncomplete)
	if transfer.feedback_on and not (transfer.feedback or "").strip():
		frappe.throw(_("Write down what the unit reported."), TransferIncomplete)


def without_report(petition: str) -> list[frappe._dict]:
	"""Transfers of a petition whose report was asked for and has not come: rows of name and to_unit."""
	return frappe.get_all(
		DOCTYPE,
		filters={"petition": petition, "feedback_required": 1, "feedback_on": ["is", "not set"]},
		fields=["name", "to_unit"],
		order_by="creation",
	)


def require_report(petition: Document) -> None:
	"""Every report asked for has come; raises TransferIncomplete."""
	if missing := without_report(petition.name):
		frappe.throw(
			_("{0} has not reported back yet. Record the report on the transfer first.").format(
				"、".join(row.to_unit for row in missing)
			),
			TransferIncomplete,
		)


@frappe.whitelist(methods=["POST"])
def report_back(transfer: str, feedback: str, feedback_on: str | None = None) -> None:
	"""Record what the unit reported on its handling."""
	doc = frappe.get_doc(DOCTYPE, transfer)
	doc.check_permission("write")
	doc.update({"feedback": feedback, "feedback_on": feedback_on or today()})
	doc.save()


def tell_petition(transfer: Document) -> None:
	"""From ``on_update``: the petition's record and clocks follow a report."""
	if not transfer.has_value_changed("feedback_on") or not transfer.feedback_on:
		return
	petition = frappe.get_doc(secrecy.PETITION, transfer.petition)
	petition.log("收到反馈", f"{transfer.to_unit}：{transfer.feedback}"[:500])
	petition.save_by_step(ignore_permissions=True)


def refuse_the_concerned(paper: Document) -> None:
	"""From ``validate`` of every paper: who must stand aside writes none (Art. 28)."""
	if not paper.flags.ignore_permissions:
		conflicts.require_impartial(paper.petition_doc)
