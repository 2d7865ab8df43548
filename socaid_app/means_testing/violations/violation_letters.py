"""The papers of a violation case: the decision, the order to return, the letter of referral, each with its proof."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.casework import deliveries, letters, messages, records
from socaid_app.casework.people import Directory
from socaid_app.policy import violations as law

CASE, REFERRED = "Violation Case", "Violation Referral"
DECISION, ORDER, REFERRAL = "Violation Decision", "Return Order", "Violation Referral Letter"
TOLD = ("Violation Concluded", "Violation Closed", "No Violation Found")


def tell_family(doc: Document) -> None:
	"""The decision to be delivered, and the order to return where there is one; the staff who deliver them told."""
	kinds = [DECISION, *([ORDER] if doc.conclusion in law.RETURNS else [])]
	addressee = doc.person or frappe.db.get_value("Recipient Household", doc.household, "head")
	for kind in kinds:
		_make_out(doc, kind, recipient=addressee)


def make_out_referral(referral: Document) -> None:
	_make_out(referral, REFERRAL, content=referral.referral_office)


def _make_out(doc: Document, kind: str, **values) -> None:
	letter = deliveries.make_out(doc, kind, **values)
	letter.insert(ignore_permissions=True)
	users = set(Directory().users(letters.told(kind), doc.division)) - {frappe.session.user}
	subject = _("{0} {1} for {2}: deliver by {3}").format(
		_(kind, context=deliveries.DOCTYPE), letter.document_number, doc.head_name, letter.due_on
	)
	messages.tell_staff(sorted(users), subject, letter.doctype, letter.name)


def check(letter: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of Document Delivery: of a case that was concluded, and with proof."""
	if letter.reference_doctype not in (CASE, REFERRED):
		return
	if letter.is_new() and letter.reference_doctype == CASE:
		if frappe.db.get_value(CASE, letter.reference_name, "status") not in TOLD:
			frappe.throw(
				_("The case has not been concluded; there is nothing to tell."), deliveries.DeliveryInvalid
			)
	deliveries.require_proof(letter)


def note_delivery(letter: Document, method: str | None = None) -> None:
	"""Hook ``on_update`` of Document Delivery: when the family was told."""
	if (
		letter.reference_doctype != CASE
		or letter.document_kind != DECISION
		or letter.status != deliveries.DELIVERED
	):
		return
	doc = frappe.get_doc(CASE, letter.reference_name)
	if not doc.told_on:
		doc.told_on = letter.delivered_on
		with records.step(doc):
			doc.save(ignore_permissions=True)
