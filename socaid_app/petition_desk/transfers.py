"""Passing petitions on (转送), assigning them with a day to report back by (交办), returning them (退回)."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import records, steps
from socaid_app.casework.records import RecordClosed
from socaid_app.casework.steps import Steps, Turn
from socaid_app.permissions.divisions import bounds
from socaid_app.petition_desk import conflicts, papers, petition_clocks, secrecy
from socaid_app.petition_desk.procedure import Ask, broken, step
from socaid_app.policy import petitions as law
from socaid_app.socaid_app import rules

DOCTYPE = "Petition Transfer"


class TransferIncomplete(frappe.ValidationError):
	pass


class WouldReachTheAccused(frappe.ValidationError):
	pass


paper_step = Steps(
	DOCTYPE,
	refusal=RecordClosed,
	incomplete=TransferIncomplete,
	# the petition tells of it
	every={"not_by": (lambda paper: conflicts.against_session(paper.petition_doc),), "logged": False},
)


# --- by steps of the petition -----------------------------------------------------------------------------------
@step(
	_lt("Pass On"),
	at=law.STEPS["pass_on"],
	to=law.PASSED_ON,
	asks=(
		Ask(
			"kind",
			of=DOCTYPE,
			options=(law.PASSED_TO_UNIT, law.ASSIGNED_TO_UNIT),
			default=law.PASSED_TO_UNIT,
		),
		Ask("unit", label=_lt("To Unit"), fieldtype="Data"),
		Ask("to_division", reqd=False, of=DOCTYPE),
		Ask(
			"due",
			reqd=False,
			label=_lt("Report Due"),
			fieldtype="Date",
			depends_on=f"eval:doc.kind === '{law.ASSIGNED_TO_UNIT}'",
			mandatory_depends_on=f"eval:doc.kind === '{law.ASSIGNED_TO_UNIT}'",
		),
		Ask("reason", reqd=False, label=_lt("Reason"), mandatory_depends_on=steps.IN_THE_DIALOG),
	),
)
def pass_on(
	doc: Document,
	unit: str,
	kind: str,
	due: str | None = None,
	reason: str | None = None,
	to_division: str | None = None,
) -> str:
	"""To another unit: 转送 for it to answer, or 交办 with a day to report back by. Returns the transfer.

	Never to the persons or the unit complained about (Art. 30).
	"""
	require_not_accused(doc, unit, to_division)
	steps.note(doc, f"{_(kind, context=DOCTYPE)}：{unit}" + (f"，{due}" if due else ""))
	steps.done(doc, handling_unit=unit)
	transfer = make(doc, kind, unit, reason or law.STEP_NAMES["pass_on"], due, to_division)
	papers.issue(doc, "Transfer Notice")
	petition_clocks.recompute(doc.name)
	return transfer


def _return_breaches(doc: Document) -> list:
	facts = petition_clocks.facts_of(doc)
	return broken(law.return_breaches(facts, getdate(today()), rules.parameters(), rules.calendar()))


@step(
	_lt("Send Back"),
	at=law.STEPS["send_back"],
	to=law.SENT_BACK,
	asks=(Ask("reason", label=_lt("Reason")),),
	missing=_return_breaches,
	stamps=("closed_on",),
	hidden=lambda doc: doc.channel not in law.SENT_TO_US,
)
def send_back(doc: Document, reason: str) -> str:
	"""Back to the organ that sent it, for want of competence: within five working days (Art. 23).

	Returns the Petition Transfer.
	"""
	steps.done(doc, refusal_reason=reason)
	return make(doc, law.RETURNED, doc.sender_unit or _("Sender", context="Petition"), reason)


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
	with records.step(transfer):
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


# --- reports ----------------------------------------------------------------------------------------------------
def without_report(petition: str) -> list[frappe._dict]:
	"""Transfers of a petition whose report was asked for and has not come: rows of name and to_unit."""
	return frappe.get_all(
		DOCTYPE,
		filters={"petition": petition, "feedback_required": 1, "feedback_on": ["is", "not set"]},
		fields=["name", "to_unit"],
		order_by="creation",
	)


def reports_missing(petition: Document) -> list[TransferIncomplete]:
	"""Of what was passed on, every report that was asked for has to come first."""
	missing = without_report(petition.name) if petition.status == law.PASSED_ON else []
	if not missing:
		return []
	units = "、".join(row.to_unit for row in missing)
	return [
		TransferIncomplete(
			_("{0} has not reported back yet. Record the report on the transfer first.").format(units)
		)
	]


def _to_report(petition: Document) -> list[Turn]:
	rows = without_report(petition.name)
	return [
		Turn(
			_("Record the Report of {0}").format(row.to_unit) if len(rows) > 1 else "",
			name=row.name,
			primary=not place,
		)
		for place, row in enumerate(rows)
	]


step.opens("record_report", _lt("Record the Report"), DOCTYPE, at=law.PASSED_ON, each=_to_report, not_by=())


def _has_reported(paper: Document) -> list[RecordClosed]:
	return [RecordClosed(_("The unit has reported back; its report stays."))] if paper.feedback_on else []


@paper_step(
	_lt("Record the Report"),
	missing=_has_reported,
	hidden=lambda paper: paper.feedback_on,
	asks=(
		Ask(
			"feedback_on",
			reqd=False,
			keeps=True,
			default=lambda paper: today(),
			mandatory_depends_on=steps.IN_THE_DIALOG,
		),
		"feedback",
	),
	primary=True,
)
def report_back(paper: Document, feedback: str, feedback_on: str | None = None) -> None:
	"""Record what the unit reported on its handling."""
	paper.feedback_on = feedback_on or today()


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
