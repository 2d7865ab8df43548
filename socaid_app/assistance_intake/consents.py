"""Who consents to the check of a case, and who has: asked at acceptance, before every step that uses data, and of
every check report (57号 Art. 9; Social Assistance Law Arts 40-41)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.assistance_intake import application_case, persons
from socaid_app.policy import consent
from socaid_app.policy.case_facts import Person
from socaid_app.policy.identity import age_on
from socaid_app.socaid_app import rules

AUTHORIZATION = "Check Authorization"
# Check Authorization.purpose of what goes on into the next application.
FOR_ALL_SUPPORT = "Application and Dynamic Management"


def newest(
	filters: dict, on: date, reaches: Callable[[frappe._dict], bool] | None = None
) -> dict[str, frappe._dict]:
	"""What each person said last, up to a day: an authorisation, in force or run out, or its withdrawal.

	Whoever withdraws takes back what was signed before as well; whatever is signed afterwards stands again.
	``reaches``: which authorisations say anything about what is asked; a withdrawal always does.
	"""
	rows = frappe.get_all(
		AUTHORIZATION,
		filters={**filters, "signed_on": ["<=", on]},
		fields=[
			"name",
			"recipient",
			"application",
			"signed_on",
			"valid_until",
			"withdrawn_on",
			"guardian_name",
			"purpose",
			"scope",
			"consent_sensitive",
		],
		order_by="signed_on asc, creation asc",
	)
	found: dict[str, frappe._dict] = {}
	for row in rows:
		row.withdrawn = bool(row.withdrawn_on) and getdate(row.withdrawn_on) <= on
		if reaches and not row.withdrawn and not reaches(row):
			continue
		last = found.get(row.recipient)
		if row.withdrawn or not last or last.withdrawn or row.valid_until >= last.valid_until:
			found[row.recipient] = row
	return found


def in_force(application: str | None, on: date) -> dict[str, str]:
	"""Recipient → authorisation for this case in force on ``on``."""
	return valid(_signed_for(application, on), on) if application else {}


def _signed_for(application: str, on: date) -> dict[str, frappe._dict]:
	"""What everybody said last for this case, or for all support in the case it follows (57号 Art. 10)."""
	previous = frappe.db.get_value("Assistance Application", application, "previous_application")
	return newest(
		{"application": ["in", [application, previous or application]]},
		on,
		lambda row: row.application == application or row.purpose == FOR_ALL_SUPPORT,
	)


def valid(signed: dict[str, frappe._dict], on: date) -> dict[str, str]:
	"""Recipient → authorisation, of those that are in force on ``on``."""
	return {
		person: row.name
		for person, row in signed.items()
		if not row.withdrawn and getdate(row.valid_until) >= on
	}


def without(recipients: list[str], on: date) -> list[str]:
	"""Who of these has no authorisation in force, for whatever case: asked of checks outside an application."""
	signed = valid(newest({"recipient": ["in", recipients or [""]]}, on), on)
	return [person for person in recipients if person not in signed]


def asked_rows(application: Document) -> list[Document]:
	"""The rows of the members and supporters who have to consent (policy/consent.py)."""
	try:
		asked = set(consent.asked_members(application_case.as_case(application)))
	except (ValueError, LookupError):
		# What cannot be read yet is corrected before anything is decided; until then everybody is asked.
		asked = {row.recipient for row in application.members}
	died = persons.deaths([row.recipient for row in application.supporters])
	supporters = [
		row
		for row in application.supporters
		if consent.asks_supporter(
			application.scheme,
			bool(cint(row.check_consented)),
			bool(cint(row.incapable)),
			row.recipient in died,
		)
	]
	return [row for row in application.members if row.recipient in asked] + supporters


def people_asked(application: Document, on: date) -> list[Person]:
	"""Everybody who has to consent, with what he or she signed last."""
	signed = _signed_for(application.name, on) if application.name else {}
	guardian_below = cint(rules.parameters().get("guardian_consent_age", on))
	found = []
	for row in asked_rows(application):
		paper = signed.get(row.recipient) or frappe._dict()
		born = row.get("birth_date")
		found.append(
			Person(
				name=row.get("member_name") or row.get("supporter_name") or row.recipient,
				consent_from=paper.signed_on,
				consent_until=paper.valid_until,
				withdrawn=bool(paper.withdrawn),
				on_register=bool(row.recipient),
				needs_guardian=bool(born) and age_on(getdate(born), on) < guardian_below,
				guardian_signed=bool(paper.guardian_name),
			)
		)
	return found


def missing(application: str, *days) -> list[str]:
	"""Names of those who have to consent and had not on one of the days."""
	case = frappe.get_doc("Assistance Application", application)
	rows = asked_rows(case)
	names = []
	for on in days:
		valid = in_force(application, getdate(on or today()))
		names += [
			row.get("member_name") or row.get("supporter_name") or row.recipient
			for row in rows
			if row.recipient not in valid
		]
	return list(dict.fromkeys(names))
