"""The end of a case: confirmation with an entitlement, or an adverse decision with reasons and remedies."""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import add_months, cint, flt, get_first_day, getdate, today

from socaid_app.assistance_intake import (
	assessment,
	departures,
	notices,
	persons,
	relief_case,
	relief_stages,
	reserve_bookings,
)
from socaid_app.policy import benefit, income, terms
from socaid_app.socaid_app import entitlements, registry, rules


def record_confirmation(application: Document) -> None:
	application.final_approver = frappe.session.user
	application.decided_on = today()
	application.effective_month = effective_month(application)
	application.confirmed_amount = departures.granted(application)
	application.decision_basis = application.decision_basis or _setting("legal_basis_text")
	if application.confirming_authority == terms.TOWNSHIP:
		# 吉民发〔2024〕5号: the township confirms, the county keeps the record and draws its sample.
		application.county_filing = "Filed"


def record_refusal(application: Document) -> None:
	"""Reason, basis and remedies (Law Art. 45); the reason is the clerk's, the rest has a standard wording."""
	if application.workflow_state == terms.REJECTED:
		application.final_approver = frappe.session.user
	application.decided_on = today()
	application.decision_basis = application.decision_basis or _setting("legal_basis_text")
	application.remedy_text = application.remedy_text or _setting("remedy_text")


def record_end(application: Document) -> None:
	application.decided_on = today()


def grounds(application: Document) -> str:
	"""What an adverse notice says."""
	return "\n".join(
		part
		for part in (
			application.decision_reason,
			relief_case.words(application),
			application.decision_basis,
			application.remedy_text,
		)
		if part
	)


def effective_month(application: Document):
	"""Monthly benefits from the month after confirmation (57号 Art. 21; 43号 Art. 17); one-off aid at once."""
	this_month = get_first_day(getdate(today()))
	return this_month if application.payment == terms.ONE_OFF else add_months(this_month, 1)


def end_month(application: Document):
	"""One-off aid is of one month; a recognition ends with its validity; a monthly benefit has no end yet."""
	if application.payment == terms.ONE_OFF:
		return application.effective_month
	if application.payment == terms.RECOGNITION:
		key = "edge_validity_months" if application.scheme == terms.EDGE else "rigid_validity_months"
		months = cint(rules.parameters().get(key, getdate(today())))
		return add_months(application.effective_month, months - 1)
	return None


def carry_out_confirmation(application: Document) -> None:
	"""Enter the household if it is new, grant the entitlement, make out the notice."""
	household = application.household or enter_household(application)
	in_stages = bool(application.relief_stages)
	amount = relief_stages.first(application) if in_stages else relief_case.rest(application)
	if application.relief_entitlement and not amount:
		application.db_set("entitlement", application.relief_entitlement, update_modified=False, notify=False)
	else:
		_grant(application, household, amount)
	relief_stages.enter(application)
	notices.issue(application, notices.CONFIRMATION)


def _grant(application: Document, household: str, amount: float) -> None:
	counted = [row for row in application.members if cint(row.counted)]
	entitlement = entitlements.grant(
		category=application.category,
		household=household,
		recipient=application.applicant,
		division=application.division,
		area=application.area,
		amount=amount,
		start_month=application.effective_month,
		end_month=end_month(application),
		shares=shares(application, amount),
		application=application.name,
		decided_on=application.decided_on,
		snapshot=departures.basis(application),
		member_count=cint(application.member_count) or len(counted),
	)
	application.db_set(
		{"household": household, "entitlement": entitlement.name}, update_modified=False, notify=False
	)
	if cint(application.from_reserve) and application.route == terms.QUICK_RELIEF and amount:
		reserve_bookings.pay(application, entitlement.name, amount)


HEAD_CODES = ("01", terms.HEAD)


def enter_household(application: Document) -> str:
	"""A family new to the register enters it with the decision; without a named head the applicant is it.

	Whoever is known to have died or to be away is listed in the case, but lives in no household.
	"""
	rows = _living_at_home(application)
	head = next((row.recipient for row in rows if row.kinship in HEAD_CODES), application.applicant)
	household = registry.enter_household(
		{
			"head": head,
			"division": application.division,
			"area": application.area,
			"members": [
				{
					"recipient": row.recipient,
					"kinship": terms.HEAD if row.recipient == head else row.kinship,
					"residence": row.residence,
					"joined_on": application.applied_on,
				}
				for row in rows
			],
		},
		ignore_permissions=True,
	)
	return household.name


def _living_at_home(application: Document) -> list[Document]:
	listed = [row.recipient for row in application.members]
	away = {row.parent for row in persons.absences(listed) if not row.absent_until}
	elsewhere = away | set(persons.deaths(listed))
	return [
		row
		for row in application.members
		if row.recipient == application.applicant or row.recipient not in elsewhere
	]


def shares(application: Document, paid: float) -> list[dict]:
	"""Each person's part. An amount that departs from the assessed one is divided anew."""
	result = assessment.result_of(application)
	assessed = {person: Decimal(share) for person, share in (result.get("shares") or {}).items()}
	counted = result.get("counted") or [application.applicant]
	parts = benefit.divided(income.money(paid), assessed, counted)
	if application.scheme == terms.TEKUN:
		care = {"care_grade": result.get("care_grade"), "care_amount": flt(result.get("care_amount"), 2)}
	else:
		care = {}
	return [{"recipient": person, "share": flt(share, 2), **care} for person, share in parts.items()]


def _setting(field: str) -> str | None:
	return frappe.db.get_single_value("Socaid Settings", field)
