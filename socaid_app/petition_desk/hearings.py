"""Hearings (听证): public, with minutes; the days they take do not count towards a recheck (Art. 36)."""

from __future__ import annotations

import frappe
from frappe import _, _lt
from frappe.model.document import Document

from socaid_app.casework.steps import Turn
from socaid_app.petition_desk import reviews, secrecy
from socaid_app.petition_desk.procedure import step
from socaid_app.policy import petitions as law

# A hearing is held while these are under way.
OPEN = (law.UNDER_WAY, law.IN_REVIEW, law.IN_RECHECK)


class HearingInvalid(frappe.ValidationError):
	pass


step.opens(
	"hold_hearing",
	_lt("Hold a Hearing"),
	"Petition Hearing",
	at=OPEN,
	each=lambda doc: [Turn(values={"petition": doc.name})],
	not_by=(),
)


def check(hearing: Document) -> None:
	"""From ``validate``: a hearing belongs to a matter that is open, and has minutes when it ended.

	One held during a review belongs to that review, whose days it may take (Art. 36).
	"""
	if hearing.is_new() and not hearing.review:
		hearing.review = frappe.db.get_value(
			reviews.DOCTYPE, {"petition": hearing.petition, "status": reviews.ASKED_FOR}, "name"
		)
	if hearing.is_new() and hearing.petition_doc.status not in OPEN:
		frappe.throw(_("A hearing is held while the petition or its review is under way."), HearingInvalid)
	if hearing.review:
		petition, status = frappe.db.get_value("Petition Review", hearing.review, ["petition", "status"])
		if petition != hearing.petition:
			frappe.throw(_("The review belongs to another petition."), HearingInvalid)
		if hearing.is_new() and status != reviews.ASKED_FOR:
			frappe.throw(_("The review has been answered already."), HearingInvalid)
	if hearing.ended_on and not hearing.held_on:
		frappe.throw(_("Enter the day the hearing was held."), HearingInvalid)
	if hearing.ended_on and not (hearing.minutes or "").strip():
		frappe.throw(_("Write the minutes before the hearing is ended."), HearingInvalid)


def lengthen(hearing: Document) -> None:
	"""From ``on_update``: the review and the petition follow the days of the hearing."""
	if not hearing.review:
		return
	review = frappe.get_doc(reviews.DOCTYPE, hearing.review)
	if review.status != reviews.ASKED_FOR:
		return
	review.save_by_step(ignore_permissions=True)
	petition = frappe.get_doc(secrecy.PETITION, hearing.petition)
	petition.save_by_step(ignore_permissions=True)
