"""The amount to be granted: the assessed one, and a departure from it with its reason, seen by all three persons."""

from __future__ import annotations

import json
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate, now_datetime, today

from socaid_app.assistance_intake import application_case
from socaid_app.casework import messages
from socaid_app.casework.records import differs
from socaid_app.policy import departure_limits as law
from socaid_app.policy import terms
from socaid_app.policy.breach import Breach
from socaid_app.policy.income import money
from socaid_app.socaid_app import rules

ENTERED = ("amount_departure", "departure_reason")
# Those who decide on a case; whoever enters it or looks into it takes the amount as it was assessed.
DECIDE = "Grant Another Amount"
ACTION = "Amount Adjusted"
LAPSED = "Adjustment Lapsed"


class DepartureRefused(frappe.ValidationError):
	pass


def granted(application: Document) -> float:
	"""Yuan a month, or in all for one-off aid; nothing where a family is only recognised."""
	if application.payment == terms.RECOGNITION:
		return 0.0
	return flt(flt(application.proposed_amount) + flt(application.amount_departure), 2)


def follow(application: Document) -> None:
	"""From ``validate``, after the assessment: record a departure, or let it lapse with what it departed from."""
	before = application.get_doc_before_save()
	if not before:
		application.update(dict.fromkeys((*ENTERED, "departure_by")))
	elif any(differs(application, before, field) for field in ENTERED):
		_record(application, before)
	elif flt(before.amount_departure) and flt(before.proposed_amount) != flt(application.proposed_amount):
		_clear(application, LAPSED)
	application.granted_amount = granted(application)


def _record(application: Document, before: Document) -> None:
	if before.publicity and before.workflow_state in (terms.REVIEW, terms.CONFIRMATION):
		frappe.throw(
			_(
				"The amount was published. Return the case to the investigation, adjust it there, and publish it again."
			),
			DepartureRefused,
		)
	if not flt(application.amount_departure):
		_clear(application, ACTION)
		return
	if found := breaches(application):
		frappe.throw([str(breach) for breach in found], DepartureRefused, as_list=True)
	application.departure_by = frappe.session.user
	_log(application, ACTION)


def lapse(application: Document) -> None:
	"""Back to the investigation: what was decided on facts that may change lapses with the opinions."""
	if flt(application.amount_departure):
		_clear(application, LAPSED)
		application.granted_amount = granted(application)


def _clear(application: Document, action: str) -> None:
	application.update({"amount_departure": 0, "departure_reason": None, "departure_by": None})
	_log(application, action)


def _log(application: Document, action: str) -> None:
	"""A line among the opinions, which everybody who works on the case reads; it leads to no other stage."""
	application.append(
		"opinions",
		{
			"from_state": application.workflow_state,
			"action": action,
			"user": frappe.session.user,
			"happened_at": now_datetime(),
			"opinion": in_words(application),
		},
	)


def in_words(application: Document) -> str:
	"""For the record and the letters, in Chinese whatever the reader's language is."""
	amount = flt(application.amount_departure, 2)
	if not amount:
		return f"按核算金额{flt(application.proposed_amount, 2):,.2f}元"
	return (
		f"核算{flt(application.proposed_amount, 2):,.2f}元，调整{amount:+,.2f}元，"
		f"核定{granted(application):,.2f}元：{application.departure_reason}"
	)


def breaches(application: Document) -> list[Breach]:
	"""What forbids the departure by the rules of the case's day."""
	if not flt(application.amount_departure):
		return []
	ratio = rules.parameters().get("amount_departure_limit_ratio", application_case.case_date(application))
	return law.breaches(
		application.scheme,
		money(application.proposed_amount),
		money(application.amount_departure),
		money(application.standard_amount),
		cint(application.member_count),
		Decimal(str(ratio)),
		application.departure_reason or "",
	)


def tell(application: Document) -> None:
	"""From ``on_update``: those who have already dealt with the case hear of another amount."""
	before = application.get_doc_before_save()
	if not before or not differs(application, before, "amount_departure"):
		return
	earlier = (
		application.entered_by,
		application.second_checked_by,
		application.first_reviewer,
		application.second_reviewer,
	)
	people = {user for user in earlier if user} - {frappe.session.user}
	subject = _("{0}: the amount to be granted is now {1} yuan").format(
		application.name, f"{granted(application):,.2f}"
	)
	messages.tell_staff(sorted(people), subject, application.doctype, application.name)


def basis(application: Document) -> str | None:
	"""The frozen assessment with the departure beside it, so that the entitlement's amount is explained for ever."""
	if not flt(application.amount_departure) or not application.snapshot:
		return application.snapshot
	departure = {
		"amount": flt(application.amount_departure, 2),
		"reason": application.departure_reason,
		"by": application.departure_by,
		"decided_on": str(getdate(today())),
	}
	return json.dumps({**json.loads(application.snapshot), "departure": departure}, ensure_ascii=False)
