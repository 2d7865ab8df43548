"""Papers issued to petitioners, and what follows when one arrives.

A notice that arrived ends the clock of Art. 23; an opinion that arrived starts the time to ask for a review (Art.
35, 36). The record of it is a Document Delivery (casework/deliveries.py); this file listens to those about petitions.
"""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import deliveries, holidays
from socaid_app.casework.deliveries import BY_PHONE, DOCTYPE, ELECTRONIC, DeliveryInvalid
from socaid_app.petition_desk import conflicts, secrecy
from socaid_app.policy import petitions as law
from socaid_app.socaid_app import rules

NOTICES = ("Notice of Taking Up", "Notice of Not Taking Up", "Transfer Notice")
OPINION, EXTENSION = "Opinion on Handling", "Notice of Extension"
STAGE_OPINIONS = {"Review Opinion": law.REVIEW, "Recheck Opinion": law.RECHECK}
NOT_ADMITTED = "Notice of Not Admitting a Review"
REVIEW = "Petition Review"


def issue(petition: Document, document_kind: str, review: str | None = None) -> str:
	"""A paper to be delivered, once per kind (and review); returns the Document Delivery.

	Who filed on the web reads notices on the status page at once. An opinion is delivered by a person, since the
	time for a review starts with it.
	"""
	if open_one := deliveries.waiting(petition, document_kind, review):
		return open_one
	delivery = deliveries.make_out(petition, document_kind, review)
	if petition.channel == law.WEB and document_kind in NOTICES:
		delivery.update({"method": ELECTRONIC, "delivered_on": today()})
	delivery.insert(ignore_permissions=True)
	return delivery.name


def open_papers(petition: Document) -> list[frappe._dict]:
	"""Papers that were issued and have not arrived: rows of name, document_kind and review."""
	return [
		frappe._dict(
			name=row.name,
			document_kind=row.document_kind,
			review=row.paper if row.paper != petition.name else None,
		)
		for row in deliveries.all_waiting(petition)
	]


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
	name = deliveries.waiting(petition, document_kind, review)
	delivery = (
		frappe.get_doc(DOCTYPE, name)
		if name
		else deliveries.make_out(petition, document_kind, review, issued_on=delivered_on or today())
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


# --- what happens to a delivery about a petition ----------------------------------------------------------------
def of_petitions(listener: Callable[[Document], None]) -> Callable[..., None]:
	"""A hook of ``doc_events`` that hears of deliveries about petitions alone."""

	def heard(delivery: Document, method: str | None = None) -> None:
		if delivery.reference_doctype == secrecy.PETITION:
			listener(delivery)

	heard.__doc__ = listener.__doc__
	return heard


@of_petitions
def name_paper(delivery: Document) -> None:
	"""Hook ``autoname``: the number of a paper of an accusation cannot be guessed."""
	_follow_secrecy(delivery)
	delivery.name = secrecy.paper_name(DOCTYPE, bool(delivery.restricted))


@of_petitions
def follow_petition(delivery: Document) -> None:
	"""Hook ``before_validate``: a paper is as secret as its petition, and named like it."""
	_follow_secrecy(delivery)
	delivery.title = frappe.db.get_value(secrecy.PETITION, delivery.reference_name, "subject")


def _follow_secrecy(delivery: Document) -> None:
	restricted = frappe.db.get_value(secrecy.PETITION, delivery.reference_name, "restricted")
	delivery.restricted = int(bool(restricted))


@of_petitions
def check(delivery: Document) -> None:
	"""Hook ``validate``: what is delivered exists, notices and opinions are in writing (Art. 23, 32), and who must
	stand aside writes none (Art. 28)."""
	petition, kind = petition_of(delivery), delivery.document_kind
	if not delivery.flags.ignore_permissions:
		conflicts.require_impartial(petition)
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
		REVIEW, {"name": delivery.paper or "", "petition": petition.name, "status": "Not Admitted"}
	):
		frappe.throw(_("Choose the request that was not admitted."), DeliveryInvalid)
	if stage := STAGE_OPINIONS.get(kind):
		_check_review(delivery, stage)
	# the reason for an extension has to be told, in whatever way (Art. 34)
	if kind != EXTENSION and delivery.method == BY_PHONE:
		frappe.throw(
			_("Notices and opinions are delivered in writing (Art. 23, 32), not by telephone."),
			DeliveryInvalid,
		)


def _check_review(delivery: Document, stage: str) -> None:
	review = delivery.paper and frappe.db.get_value(
		REVIEW, delivery.paper, ["petition", "stage", "answered_on"], as_dict=True
	)
	if not review or review.petition != delivery.reference_name or review.stage != stage:
		frappe.throw(_("Choose the review this opinion belongs to."), DeliveryInvalid)
	if not review.answered_on:
		frappe.throw(_("The review has not been answered yet."), DeliveryInvalid)


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


@of_petitions
def tell_petition(delivery: Document) -> None:
	"""Hook ``on_update``: what follows from a paper that arrived."""
	if not delivery.delivered_on or not delivery.has_value_changed("delivered_on"):
		return
	petition = petition_of(delivery)
	day = getdate(delivery.delivered_on)
	kind = delivery.document_kind
	if kind in NOTICES and not petition.notified_on:
		petition.notified_on = day
	if kind == OPINION and not petition.delivered_on:
		petition.update({"delivered_on": day, "delivery_method": delivery.method})
		petition.review_until = _until(petition, law.REVIEW, day)
	if kind in STAGE_OPINIONS:
		frappe.db.set_value(REVIEW, delivery.paper, "delivered_on", day)
		if STAGE_OPINIONS[kind] == law.REVIEW:
			petition.review_until = _until(petition, law.RECHECK, day)
	petition.log("送达", f"{_(kind, context=DOCTYPE)}（{_(delivery.method, context=DOCTYPE)}）")
	petition.save_by_step(ignore_permissions=True)


def recompute_remedies() -> int:
	"""Hook ``socaid_due_dates``: until when a petitioner may ask for the next remedy, where that day is not over."""
	still = {"review_until": [">=", today()]}
	return holidays.settle(secrecy.PETITION, still, ("review_until",), _set_review_until)


def _set_review_until(petition: Document) -> None:
	reviewed = frappe.db.get_value(
		REVIEW,
		{
			"petition": petition.name,
			"stage": law.REVIEW,
			"delivered_on": ["is", "set"],
			"conclusion": ["!=", law.REVOKED],
		},
		"delivered_on",
		order_by="delivered_on desc",
	)
	stage, day = (law.RECHECK, reviewed) if reviewed else (law.REVIEW, petition.delivered_on)
	if day:
		petition.review_until = _until(petition, stage, getdate(day))


def petition_of(delivery: Document) -> Document:
	return frappe.get_doc(secrecy.PETITION, delivery.reference_name)


def _until(petition: Document, stage: str, day):
	"""The last day for the next remedy; None where the law gives none."""
	if not law.runs_sixty_days(petition.category, petition.route or ""):
		return None
	return law.request_deadline(stage, day, rules.parameters(), rules.calendar()).due
