"""Papers issued to petitioners and the proof that they arrived (送达回证).

A notice that arrived ends the clock of Art. 23; an opinion that arrived starts the time to ask for a review (Art.
35, 36).
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.petition_desk import secrecy
from socaid_app.policy import clock
from socaid_app.policy import petitions as law
from socaid_app.socaid_app import rules

DOCTYPE = "Petition Delivery"
NOTICES = ("Notice of Taking Up", "Notice of Not Taking Up", "Transfer Notice")
OPINION, EXTENSION = "Opinion on Handling", "Notice of Extension"
STAGE_OPINIONS = {"Review Opinion": law.REVIEW, "Recheck Opinion": law.RECHECK}
NOT_ADMITTED = "Notice of Not Admitting a Review"
ELECTRONIC, BY_PHONE = "Electronically", "By Phone"


class DeliveryInvalid(frappe.ValidationError):
	pass


def issue(petition: Document, document_kind: str, review: str | None = None) -> str:
	"""A paper to be delivered, once per kind (and review); returns the Petition Delivery.

	Who filed on the web reads notices on the status page at once. An opinion is delivered by a person, since the
	time for a review starts with it.
	"""
	if open_one := _find(petition.name, document_kind, review):
		return open_one
	delivery = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"petition": petition.name,
			"document_kind": document_kind,
			"review": review,
			"issued_on": today(),
		}
	)
	if petition.channel == law.WEB and document_kind in NOTICES:
		delivery.update({"method": ELECTRONIC, "delivered_on": today()})
	delivery.insert(ignore_permissions=True)
	return delivery.name


def due_on(issued_on: date) -> date:
	"""By when a paper is to reach the petitioner. The regulation counts from its arrival and names no day for it; the
	county does (parameter ``petition_delivery_days``)."""
	period = rules.parameters().record("petition_delivery_days", issued_on)
	return clock.after(issued_on, int(period.value), period.unit, rules.calendar())[0]


def open_papers(petition: str) -> list[frappe._dict]:
	"""Papers that were issued and have not arrived: rows of name, document_kind and review."""
	return frappe.get_all(
		DOCTYPE,
		filters={"petition": petition, "delivered_on": ["is", "not set"]},
		fields=["name", "document_kind", "review"],
		order_by="issued_on, creation",
	)


def _find(petition: str, document_kind: str, review: str | None) -> str | None:
	return frappe.db.get_value(
		DOCTYPE,
		{
			"petition": petition,
			"document_kind": document_kind,
			"review": review or ["is", "not set"],
			"delivered_on": ["is", "not set"],
		},
		"name",
		order_by="creation",
	)


def complete(
	petition: Document,
	document_kind: str,
	method: str,
	delivered_on: str | None = None,
	received_by: str | None = None,
	note: str | None = None,
	review: str | None = None,
) -> str:
	"""Fill in the open delivery of a paper, or make one; returns it."""
	name = _find(petition.name, document_kind, review)
	delivery = (
		frappe.get_doc(DOCTYPE, name)
		if name
		else frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"petition": petition.name,
				"document_kind": document_kind,
				"review": review,
				"issued_on": delivered_on or today(),
			}
		)
	)
	delivery.update(
		{
			"method": method,
			"delivered_on": delivered_on or today(),
			"received_by": received_by or delivery.received_by,
			"note": note or delivery.note,
		}
	)
	delivery.save(ignore_permissions=True)
	return delivery.name


def check(delivery: Document) -> None:
	"""From ``validate``: what is delivered exists, and notices and opinions are in writing (Art. 23, 32)."""
	petition, kind = delivery.petition_doc, delivery.document_kind
	if kind == OPINION and not petition.answered_on:
		frappe.throw(_("The petition has not been answered yet."), DeliveryInvalid)
	if delivery.is_new() and not _has_happened(kind, petition):
		frappe.throw(
			_("{0}: the petition is {1}, there is no such paper. Take the step first.").format(
				_(kind, context=DOCTYPE), _(petition.status, context=secrecy.PETITION)
			),
			DeliveryInvalid,
		)
	if kind == NOT_ADMITTED and not frappe.db.exists(
		"Petition Review",
		{"name": delivery.review or "", "petition": petition.name, "status": "Not Admitted"},
	):
		frappe.throw(_("Choose the request that was not admitted."), DeliveryInvalid)
	if stage := STAGE_OPINIONS.get(delivery.document_kind):
		review = (
			frappe.db.get_value(
				"Petition Review", delivery.review, ["petition", "stage", "answered_on"], as_dict=True
			)
			if delivery.review
			else None
		)
		if not review or review.petition != delivery.petition or review.stage != stage:
			frappe.throw(_("Choose the review this opinion belongs to."), DeliveryInvalid)
		if not review.answered_on:
			frappe.throw(_("The review has not been answered yet."), DeliveryInvalid)
	if delivery.delivered_on and not delivery.method:
		frappe.throw(_("Enter the way of delivery."), DeliveryInvalid)
	# the reason for an extension has to be told, in whatever way (Art. 34)
	if kind != EXTENSION and delivery.method == BY_PHONE:
		frappe.throw(
			_("Notices and opinions are delivered in writing (Art. 23, 32), not by telephone."),
			DeliveryInvalid,
		)


def _has_happened(kind: str, petition: Document) -> bool:
	"""Whether the step has been taken that the paper tells of."""
	match kind:
		case "Notice of Taking Up":
			return bool(petition.accepted_on)
		case "Notice of Not Taking Up":
			return petition.status == law.NOT_TAKEN_UP
		case "Transfer Notice":
			return bool(frappe.db.exists("Petition Transfer", {"petition": petition.name}))
		case "Notice of Extension":
			return bool(petition.extension_days)
	return True


def tell_petition(delivery: Document) -> None:
	"""From ``on_update``: what follows from a paper that arrived."""
	if not delivery.delivered_on or not delivery.has_value_changed("delivered_on"):
		return
	petition = frappe.get_doc(secrecy.PETITION, delivery.petition)
	day = getdate(delivery.delivered_on)
	kind = delivery.document_kind
	if kind in NOTICES and not petition.notified_on:
		petition.notified_on = day
	if kind == OPINION and not petition.delivered_on:
		petition.update({"delivered_on": day, "delivery_method": delivery.method})
		petition.review_until = _until(petition, law.REVIEW, day)
	if kind in STAGE_OPINIONS:
		frappe.db.set_value("Petition Review", delivery.review, "delivered_on", day)
		if STAGE_OPINIONS[kind] == law.REVIEW:
			petition.review_until = _until(petition, law.RECHECK, day)
	petition.log("送达", f"{_(kind, context=DOCTYPE)}（{_(delivery.method, context=DOCTYPE)}）")
	petition.save_by_step(ignore_permissions=True)


def _until(petition: Document, stage: str, day):
	"""The last day for the next remedy; None where the law gives none."""
	if not law.runs_sixty_days(petition.category, petition.route or ""):
		return None
	return law.request_deadline(stage, day, rules.parameters(), rules.calendar()).due
