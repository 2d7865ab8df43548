"""What is known of a case, as the gates of the law library ask for it."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate, today

from socaid_app.assistance_intake import (
	application_case,
	carried_facts,
	consents,
	declarations,
	departures,
	materials,
	persons,
	relative_cases,
	relief_stages,
)
from socaid_app.casework import deliveries, duties, events, records, relatives
from socaid_app.policy import case_routes, household, identity, kinship, terms
from socaid_app.policy.case_facts import Facts, Investigation
from socaid_app.policy.income import money
from socaid_app.policy.whereabouts import STILL_FAMILY
from socaid_app.socaid_app import entitlements, registry

# A person has one of these at a time (Law Art. 15; 43号 Art. 27).
BASIC_LIVING = frozenset({terms.DIBAO, terms.TEKUN})
# Who decides in whose name.
AUTHORITIES = {
	"Decide Cases for the Township": terms.TOWNSHIP,
	"Decide Cases for the County": terms.COUNTY,
}


def facts(application: Document, from_state: str, to_state: str | None = None) -> Facts:
	"""The facts for a step of the session's user from ``from_state``."""
	day = getdate(today())
	related = relatives.related_to(relative_cases.persons_of(application), day)
	report = _check_report(application.check_report)
	benefits = {row.recipient: entitlements.active(row.recipient, day) for row in application.members}
	died = persons.deaths(relative_cases.persons_of(application))
	return Facts(
		today=day,
		scheme=application.scheme,
		route=application.route,
		from_state=from_state,
		actor=frappe.session.user,
		applicant_died_on=died.get(application.applicant),
		dead_but_counted=tuple(
			row.member_name or row.recipient
			for row in application.members
			if row.recipient in died and cint(row.counted)
		),
		left_but_counted=tuple(_left_but_counted(application, day)),
		signed_by_applicant=bool(cint(application.applicant_signed)),
		counted=sum(bool(cint(row.counted)) for row in application.members),
		asked=tuple(consents.people_asked(application, day)),
		undeclared=tuple(declarations.undeclared(application)),
		unconfirmed=tuple(carried_facts.unconfirmed(application)),
		missing_materials=tuple(materials.missing(application)),
		forbidden_demands=tuple(materials.forbidden_demands(application)),
		demanded=tuple(materials.missing(application)),
		supplements_before=_supplements(application),
		investigation=_investigation(application.investigation, related),
		county_visit=_investigation(application.county_visit, related),
		check_report_on=report.report_date,
		check_report_until=report.valid_until,
		check_conclusion=report.conclusion or "",
		recognised_family=any(
			row.scheme in (terms.DIBAO, terms.EDGE, terms.RIGID) for rows in benefits.values() for row in rows
		),
		objection_since_investigation=_objection_not_followed_up(application),
		protected=bool(cint(application.protected_case)),
		eligible=application.eligible == "Eligible",
		assessed=bool(application.eligible),
		special_deliberation=bool(cint(application.special_deliberation)),
		deliberation_recorded=_deliberated(application),
		propose_rejection=proposes_rejection(application, from_state, to_state),
		opinion=application.opinion or "",
		reason=application.decision_reason or "",
		legal_basis=application.decision_basis or _setting("legal_basis_text"),
		remedy=application.remedy_text or _setting("remedy_text"),
		entered_by=application.entered_by or "",
		changed_by=records.author(application),
		departure_by=application.departure_by or "",
		departure_breaches=tuple(departures.breaches(application)),
		stage_breaches=tuple(relief_stages.breaches(application)),
		second_checked_by=application.second_checked_by or "",
		first_reviewer=application.first_reviewer or "",
		second_reviewer=application.second_reviewer or "",
		relief_first=bool(cint(application.relief_first)),
		relief_paid=money(application.relief_amount),
		relief_settlement=application.relief_settlement or "",
		granted=money(departures.granted(application)),
		relatives=(frappe.session.user,) if related.includes(frappe.session.user) else (),
		relative_case=related.any(),
		complaint=bool(cint(application.complaint_received)),
		confirming_authority=application.confirming_authority or terms.TOWNSHIP,
		actor_authorities=authorities(),
		other_benefits=tuple(_other_benefits(application, benefits)),
		other_households=tuple(_other_households(application, day)),
		members_left_out=tuple(_left_out(application, day)),
		single_application=application.single_application or "",
		unreviewed_changes=_unreviewed_changes(application),
		**_contributed(application, day),
	)


def authorities() -> tuple[str, ...]:
	"""In whose name the session's user decides: the township's, the county's, both or nobody's."""
	return tuple(authority for duty, authority in AUTHORITIES.items() if duties.holds(duty))


def _contributed(application: Document, day: date) -> dict[str, object]:
	"""What the modules above know of a case (hook ``socaid_case_facts``: case, day → facts by name)."""
	found: dict[str, object] = {}
	for known in events.ask("socaid_case_facts", application, day):
		found |= known
	return found


def proposes_rejection(application: Document, from_state: str, to_state: str | None) -> bool:
	"""Whether the step to the confirmation proposes a refusal.

	From the investigation it always does (an eligible case is published first); from the review it does when
	the reason for refusing is stated, which is also the condition under which the workflow offers that action.
	"""
	if to_state != terms.CONFIRMATION:
		return bool(cint(application.propose_rejection))
	if from_state == terms.INVESTIGATION:
		return True
	return from_state == terms.REVIEW and bool((application.decision_reason or "").strip())


def _deliberated(application: Document) -> bool:
	"""Temporary aid beyond the limits rests on a meeting that carried it (case_deliberations.py); elsewhere the minutes
	of the county's coordination may be attached."""
	if application.deliberation:
		return True
	return bool(application.deliberation_record) and application.scheme != terms.TEMPORARY


def _supplements(application: Document) -> int:
	return frappe.db.count(
		deliveries.DOCTYPE, {**deliveries.of(application), "document_kind": "Supplement Notice"}
	)


def _investigation(name: str | None, related: relatives.Related) -> Investigation | None:
	if not name:
		return None
	record = frappe.get_doc("Household Investigation", name)
	return Investigation(
		on=getdate(record.investigated_on),
		investigators=tuple(row.user or row.participant_name for row in record.investigators),
		signed=sum(bool(cint(row.signed)) for row in record.investigators),
		member_signed=bool(cint(record.member_signed) or record.member_signature),
		remote_reason=(record.remote_reason or "") if record.method == "Remote" else "",
		by_relative=tuple(
			row.participant_name
			for row in record.investigators
			if related.includes(row.user, row.participant_name)
		),
	)


def _check_report(name: str | None) -> frappe._dict:
	if not name:
		return frappe._dict()
	return frappe.db.get_value(
		"Check Report", name, ["report_date", "valid_until", "conclusion"], as_dict=True
	)


def _objection_not_followed_up(application: Document) -> bool:
	"""Whether nothing new was found out since the publicity was broken off."""
	broken_off = [
		row.happened_at
		for row in application.opinions
		if row.from_state == terms.PUBLICITY and row.to_state in (terms.INVESTIGATION, terms.DELIBERATION)
	]
	if not broken_off:
		return False
	since = {"application": application.name, "docstatus": 1, "creation": [">", broken_off[-1]]}
	return not any(
		frappe.db.exists(doctype, since) for doctype in ("Household Investigation", "Democratic Review")
	)


def _other_benefits(application: Document, benefits: dict[str, list]) -> list[str]:
	"""Benefits that exclude this one for the same person: 低保 and 特困 each other, and the same one twice."""
	if application.payment == terms.ONE_OFF:
		return []
	excluded = BASIC_LIVING if application.scheme in BASIC_LIVING else {application.scheme}
	names = {
		row.recipient: row.member_name
		for row in application.members
		if cint(row.counted) or cint(row.in_need)
	}
	return [
		_("{0} already receives {1} ({2})").format(names[person], row.category, row.entitlement)
		for person, rows in benefits.items()
		if person in names
		for row in rows
		if row.scheme in excluded and not _ends_before(application, row, getdate(today()))
	]


def _ends_before(application: Document, row: frappe._dict, day: date) -> bool:
	"""A recognition that ends this month gives way to the next one, which begins in the following month."""
	ends = row.end_month and getdate(row.end_month) <= day
	return bool(ends) and application.payment == terms.RECOGNITION


def _other_households(application: Document, day) -> list[str]:
	"""Members who live in another household on the register."""
	found = []
	for row in application.members:
		if row.residence != terms.LIVING_TOGETHER:
			continue
		found += [
			_("{0} is registered in household {1}").format(row.member_name, other)
			for other in registry.households_of(row.recipient, day)
			if other != application.household
		]
	return found


def _left_out(application: Document, day) -> list[str]:
	"""Members of the registered household who live in it and are missing from the application."""
	if not application.household:
		return []
	listed = {row.recipient for row in application.members}
	rows = frappe.get_all(
		"Household Member",
		filters={
			"parent": application.household,
			"parenttype": "Recipient Household",
			"residence": terms.LIVING_TOGETHER,
		},
		fields=["recipient", "member_name", "left_on", "leave_reason", "kinship"],
		order_by="idx",
	)
	rows = list({row.recipient: row for row in rows}.values())
	died = persons.deaths([row.recipient for row in rows])
	return [
		row.member_name or row.recipient
		for row in rows
		if row.recipient not in listed
		and row.recipient not in died
		and (not row.left_on or getdate(row.left_on) > day or _stays_family(row, day))
	]


def _stays_family(row: frappe._dict, day) -> bool:
	"""Whether somebody who is in the army or an institution is a member by law all the same (57号 Art. 7)."""
	relation = kinship.relation(row.kinship or "")
	if row.leave_reason not in STILL_FAMILY or relation not in (kinship.SPOUSE, kinship.CHILD):
		return False
	born = frappe.db.get_value("Recipient", row.recipient, "birth_date")
	minor = bool(born) and identity.age_on(getdate(born), day) < household.ADULT
	return relation == kinship.SPOUSE or minor


def _left_but_counted(application: Document, day) -> list[str]:
	"""Members whom the assessment counts and who by what has become known since are none (57号 Art. 7)."""
	rows = [row for row in application.members if cint(row.counted)]
	befell = persons.whereabouts([row.recipient for row in rows], application.household)
	on = application_case.case_date(application)
	return [
		row.member_name or row.recipient
		for row in rows
		if "deceased_on" not in (known := befell.get(row.recipient) or {})
		and known
		and not household.counting(_as_member(row, known), on, day)[0]
	]


def _as_member(row: Document, known: dict) -> dict:
	fields = ("kinship", "residence", "schooling")
	return {
		**{field: row.get(field) for field in fields},
		"independent": bool(cint(row.independent)),
		"birth_date": getdate(row.birth_date) if row.birth_date else None,
		**{fact: getdate(value) for fact, value in known.items()},
	}


def _unreviewed_changes(application: Document) -> int:
	if not application.household:
		return 0
	return frappe.db.count("Circumstance Change", {"household": application.household, "status": "To Review"})


def _setting(field: str) -> str:
	return frappe.db.get_single_value("Socaid Settings", field) or ""


def allowed(application: Document) -> dict[str, dict[str, str]]:
	"""State → action → next state for this case."""
	return case_routes.allowed(application.route, bool(cint(application.protected_case)))
