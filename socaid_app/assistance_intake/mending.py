"""Where what a case still lacks is mended: the field, the record that is there, or the one that has to be begun."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.policy.breach import Breach

# Rule of policy/case_findings.py → field of the case.
FIELDS = {
	"application_signed": "applicant_signed",
	"members": "members",
	"whole_household": "members",
	"assessment": "members",
	"declared": "incomes",
	"materials": "materials",
	"no_needless_demand": "materials",
	"supplement_list": "materials",
	"carried_facts": "carried_facts",
	"relief_settled": "relief_settlement",
	"reason": "decision_reason",
	"legal_basis": "decision_basis",
	"remedy": "remedy_text",
	"consent": "members",
	"guardian": "members",
}
# Rule → link of the case to the record it is about, its DocType, and what a new one is begun with.
RECORDS = {
	"investigation": ("investigation", "Household Investigation", {}),
	"county_visit": ("county_visit", "Household Investigation", {"level": "County"}),
	"check_report": ("check_report", "Check Report", {}),
	"deliberation": ("deliberation", "Case Deliberation", {}),
	"publicity": ("publicity", "Publicity Notice", None),
	"objection": ("publicity", "Publicity Notice", None),
	"statements": ("publicity", "Publicity Notice", None),
}
# What is wrong with a record that is there is mended in it, what is out of date by a new one.
PARTS = {"investigation": ("_two", "_signed", "_member"), "county_visit": ("_two", "_signed", "_member")}
ANEW = {"check_report_valid": "check_report", "check_report_open": "check_report"}
CONSENTS = ("consent", "guardian")


def lead(case: Document, breach: Breach) -> dict | None:
	"""Where a breach is mended by the session's user, as public/js/socaid/mending.js takes it:

	{"label", "field"}, {"label", "doctype", "name"} or {"label", "doctype", "values"}; None where no place mends it
	(another person has to act, a day has to come) or the user may not.
	"""
	rule = breach.rule
	if rule in CONSENTS and (person := _named(case, breach.message)):
		recipient, role = person
		return _begin(
			"Check Authorization", {"application": case.name, "recipient": recipient, "person_role": role}
		)
	if rule in FIELDS:
		return {"label": _("Fill In"), "field": FIELDS[rule]}
	rule, anew = (ANEW[rule], True) if rule in ANEW else (rule, False)
	for base, parts in PARTS.items():
		if rule in (f"{base}{part}" for part in parts):
			rule = base
	if rule not in RECORDS:
		return None
	link, doctype, values = RECORDS[rule]
	if case.get(link) and not anew:
		return _open(doctype, case.get(link))
	return _begin(doctype, {"application": case.name, **values}) if values is not None else None


def _named(case: Document, sentence: str) -> tuple[str, str] | None:
	"""Of whom a sentence about a consent speaks, it begins with the name: (person, role), where they are registered."""
	people = [
		(row.member_name, row.recipient, "Applicant" if row.recipient == case.applicant else "Family Member")
		for row in case.members
		if not row.consent
	] + [(row.supporter_name, row.recipient, "Supporter") for row in case.supporters]
	named = [one for one in people if one[0] and one[1] and sentence.startswith(one[0])]
	# one name may be the beginning of another
	return max(named, key=lambda one: len(one[0]))[1:] if named else None


def _open(doctype: str, name: str) -> dict | None:
	if not frappe.has_permission(doctype, "read", name):
		return None
	return {"label": _("Open: {0}").format(_(doctype)), "doctype": doctype, "name": name}


def _begin(doctype: str, values: dict) -> dict | None:
	if not frappe.has_permission(doctype, "create"):
		return None
	return {"label": _("Begin: {0}").format(_(doctype)), "doctype": doctype, "values": values}
