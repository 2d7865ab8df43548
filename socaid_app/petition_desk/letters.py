"""Letters of a petition: which belongs to its state, who signs, and whom they may name."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from socaid_app.permissions.scope import scope_of
from socaid_app.policy import petitions as law
from socaid_app.policy.identity import mask_phone
from socaid_app.printing import division_path, township_office

REGISTRATION = "Petition Registration Form"
OPINION = "Petition Opinion"
# Petition.status → print format of Petition
LETTERS = {
	law.UNDER_WAY: "Petition Acceptance Notice",
	law.PASSED_ON: "Petition Transfer Notice",
	law.NOT_TAKEN_UP: "Petition Refusal Notice",
	law.ANSWERED: OPINION,
	law.IN_REVIEW: OPINION,
	law.IN_RECHECK: OPINION,
	law.CONCLUDED: OPINION,
}
EXTENSION = "Petition Extension Notice"
# Petition Transfer.kind → print format of Petition Transfer
TRANSFER_LETTERS = {law.RETURNED: "Petition Return Letter"}
TRANSFER_LETTER, HANDLING_REPORT = "Petition Transfer Letter", "Petition Handling Report"
# What the answer is called depends on how the matter was dealt with (Art. 31, 32).
TITLES = {law.HANDLED: "信访处理意见书", law.DUTY: "履行职责答复意见书"}


def letter_of(petition: Document) -> str:
	"""The print format of Petition that its state calls for; the registration form where there is no letter."""
	if petition.status == law.UNDER_WAY and petition.extended_until:
		return EXTENSION
	letter = LETTERS.get(petition.status, REGISTRATION)
	return REGISTRATION if letter == OPINION and not petition.answered_on else letter


def letter_of_transfer(transfer: Document) -> str:
	"""The same for a Petition Transfer: once the unit has reported back, its report."""
	if transfer.feedback_on:
		return HANDLING_REPORT
	return TRANSFER_LETTERS.get(transfer.kind, TRANSFER_LETTER)


def note_letter(doc: Document, method: str | None = None) -> None:
	"""Hook ``doc_events``, ``onload``: the form's printer button begins with this letter."""
	doc.set_onload("letter", letter_of(doc) if doc.doctype == "Petition" else letter_of_transfer(doc))


# --- for the templates ------------------------------------------------------------------------------------
def petition_of(paper: Document) -> Document:
	"""The petition a review, transfer, delivery, hearing or settlement belongs to; raises PermissionError where whoever
	prints may not read it."""
	petition = frappe.get_cached_doc("Petition", paper.petition)
	petition.check_permission("read")
	return petition


def petition_office(petition: Document) -> str:
	"""Who signs: the township where its staff recorded the petition (or reception), otherwise the county bureau."""
	clerk = petition.get("entered_by") or petition.owner
	if clerk in ("Administrator", "Guest") or scope_of(clerk).everything:
		return frappe.get_cached_doc("Socaid Settings").bureau_name or ""
	return township_office(petition.division)


def petition_title(petition: Document) -> str:
	return TITLES.get(petition.route, "信访答复意见书")


def petition_addressee(petition: Document) -> str:
	"""How a letter to the petitioner begins."""
	return petition.petitioner_name if cint(petition.real_name) and petition.petitioner_name else "信访人"


def petition_sender(petition: Document) -> str:
	"""The petitioner in a letter to others: who is anonymous or accuses somebody is not named (Art. 30)."""
	if not cint(petition.real_name):
		return "匿名"
	if cint(petition.anonymous_wish) or cint(petition.restricted):
		return "（要求保密）"
	return petition.petitioner_name or ""


def petition_contact(petition: Document) -> str:
	"""``139****1234``."""
	return mask_phone(petition.phone or "")


def petition_place(petition: Document, outside: bool = False) -> str:
	"""The address: to the village only in letters to others."""
	path = division_path(petition.division)
	address = "" if outside else (petition.address or "").strip()
	# people write the village into their address, and often the township
	common = next((n for n in range(len(path), 0, -1) if address.startswith(path[-n:])), 0)
	return path + address[common:]


def petition_step_date(petition: Document, step: str) -> str | None:
	"""The day of the latest line of this name in the record of steps."""
	days = [row.acted_on for row in petition.actions if row.action == step]
	return max(days, key=get_datetime) if days else None


def petition_term(word: str | None, doctype: str = "Petition") -> str:
	"""A word of a Select field as its form shows it."""
	return _(word, context=doctype) if word else ""
