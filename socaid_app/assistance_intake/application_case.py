"""The stored application as the law library sees it, and the settings that follow from its category."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate, today

from socaid_app.assistance_intake import relative_cases
from socaid_app.assistance_intake.persons import (
	CIRCUMSTANCES,
	circumstances,
	deaths,
	unable_to_support,
	whereabouts,
)
from socaid_app.casework import relatives
from socaid_app.policy import terms
from socaid_app.socaid_app import entitlements, identity_documents, registry

# Application and Home Visit: an indicator of self-care that is done unaided.
CAN = "Can"


class DeclarationInvalid(frappe.ValidationError):
	pass


def as_case(application: Document) -> dict:
	"""The case dict of :mod:`socaid_app.policy.cases`; persons are named by their Recipient."""
	on = case_date(application)
	befell = whereabouts([row.recipient for row in application.members], application.household)
	relatives_asked = [row.recipient for row in application.supporters]
	died, unable = deaths(relatives_asked), unable_to_support(relatives_asked)
	return {
		"category": application.category,
		"scheme": application.scheme,
		"route": application.route,
		"area": application.area or terms.RURAL,
		"division": application.division,
		"authority": application.confirming_authority or terms.TOWNSHIP,
		"calculation_mode": application.calculation_mode or terms.DIFFERENCE,
		"single_application": application.single_application or "",
		"applied_on": str(getdate(application.applied_on)),
		"accepted_on": str(getdate(application.accepted_on)) if application.accepted_on else None,
		"facts_on": today(),
		"members": [_member(row, on) | befell.get(row.recipient, {}) for row in application.members],
		"supporters": [_supporter(row, on, died, unable) for row in application.supporters],
		**means_of(application),
		"selfcare": _selfcare(application),
		"need": {
			"cause": application.cause or "",
			"requested": flt(application.requested_amount, 2),
			"granted_this_year": _granted_this_year(application, on),
			"deliberated": flt(application.deliberated_amount, 2),
		},
	}


def _selfcare(application: Document) -> dict[str, bool]:
	"""Indicator → done unaided, for those that were assessed (43号 Art. 20-21); blank is not assessed."""
	found = {item: application.get(f"selfcare_{item}") for item in terms.SELFCARE_ITEMS}
	return {item: answer == CAN for item, answer in found.items() if answer}


def _granted_this_year(application: Document, on) -> int:
	"""How often the applicant was helped for the same cause in the calendar year of the case."""
	if application.scheme != terms.TEMPORARY:
		return 0
	same = {
		"name": ["!=", application.name or ""],
		"applicant": application.applicant,
		"scheme": terms.TEMPORARY,
		"cause": application.cause or "",
	}
	this_year = ["between", [f"{on.year}-01-01", f"{on.year}-12-31"]]
	confirmed = {**same, "workflow_state": terms.CONFIRMED, "decided_on": this_year}
	paid_first = {**same, "workflow_state": ["in", terms.OPEN_STATES], "relief_paid_on": this_year}
	return sum(frappe.db.count("Assistance Application", rows) for rows in (confirmed, paid_first))


def means_of(record: Document) -> dict[str, list[dict]]:
	"""Income, property and expenses of a record with those tables: an application, or a home visit."""
	return {
		"income": [
			{
				"member": row.recipient,
				"kind": row.kind,
				"item": row.item,
				"annual": flt(row.annual, 2),
				"deduction": flt(row.deduction, 2),
			}
			for row in record.incomes
		],
		"property": [
			{
				"kind": row.kind,
				"description": row.description or "",
				"value": flt(row.value, 2),
				"area": flt(row.floor_area, 2),
				"exempt": bool(cint(row.exempt)),
				"exempt_reason": row.exempt_reason or "",
			}
			for row in record.properties
		],
		"expenses": [
			{
				"kind": row.kind,
				"item": row.item or "",
				"annual": flt(row.annual, 2),
				"reimbursed": flt(row.reimbursed, 2),
				"receipted": bool(cint(row.receipted)),
				"paid_on": str(getdate(row.paid_on)) if row.get("paid_on") else None,
			}
			for row in record.expenses
		],
	}


def _member(row: Document, on) -> dict:
	return {
		"id": row.recipient,
		"name": row.member_name or frappe.db.get_value("Recipient", row.recipient, "full_name"),
		"birth_date": str(getdate(row.birth_date)) if row.birth_date else None,
		"kinship": row.kinship,
		"residence": row.residence,
		"schooling": row.schooling,
		"independent": bool(cint(row.independent)),
		"employment": row.employment,
		"labour_capacity": row.labour_capacity,
		"health": row.health,
		"disability_type": row.disability_type,
		"disability_grade": row.disability_grade,
		"in_need": bool(cint(row.in_need)),
		"benefits": [benefit.scheme for benefit in entitlements.active(row.recipient, on)],
	}


def _supporter(row: Document, on, died: dict, unable: dict) -> dict:
	"""What was declared of a supporter, and what the register knows whatever was declared."""
	held = [benefit.scheme for benefit in entitlements.active(row.recipient, on)] if row.recipient else []
	return {
		"id": row.recipient,
		"deceased_on": str(died[row.recipient]) if row.recipient in died else None,
		"name": row.supporter_name,
		"relation": row.relation,
		"age": cint(row.age) or None,
		"income_monthly_per_capita": flt(row.income_monthly_per_capita, 2),
		"pays_monthly": flt(row.pays_monthly, 2),
		"property_ok": bool(cint(row.property_ok)),
		"benefits": list(dict.fromkeys([*([row.has_benefit] if row.has_benefit else []), *held])),
		"disability_type": row.disability_type,
		"disability_grade": row.disability_grade,
		"incapable": bool(cint(row.incapable)) or row.recipient in unable,
		"incapable_reason": row.incapable_reason or INCAPABLE.get(unable.get(row.recipient)),
	}


# In the words of 43号 Art. 8(五), for the record.
INCAPABLE = {
	terms.IMPRISONMENT: "在监狱服刑，财产符合规定",
	terms.DECLARED_MISSING: "被宣告失踪，财产符合规定",
}


def case_date(application: Document):
	"""The day whose rules apply: acceptance, before that application."""
	return getdate(application.accepted_on or application.applied_on)


# --- called from validate ---------------------------------------------------------------------------------
def follow_category(application: Document) -> None:
	"""Route and confirming authority of an open case; neither is chosen by hand."""
	before = application.get_doc_before_save()
	if before and before.workflow_state not in _MAY_FOLLOW:
		return
	category = frappe.get_cached_doc("Assistance Category", application.category)
	if not before or application.has_value_changed("category"):
		if category.disabled or not category.takes_applications:
			frappe.throw(_("{0} takes no applications.").format(category.name), DeclarationInvalid)
		if category.area:
			application.area = category.area
		if category.support_form and not application.support_form:
			application.support_form = category.support_form
	application.scheme, application.payment = category.scheme, category.payment
	application.route = category.route
	application.calculation_mode = category.calculation_mode
	application.protected_case = int(is_protected(application))
	application.confirming_authority = confirming_authority(application, category)


_MAY_FOLLOW = (terms.DRAFT, terms.SUPPLEMENT, terms.ACCEPTED, terms.INVESTIGATION, terms.DELIBERATION)


def is_protected(application: Document) -> bool:
	"""Whether a person is never to be published: the county then accepts and confirms directly."""
	return bool(
		frappe.db.exists(
			"Recipient", {"name": ["in", relative_cases.persons_of(application)], "protected_person": 1}
		)
	)


def confirming_authority(application: Document, category: Document) -> str:
	"""吉民发〔2024〕5号: by category; case-by-case deliberation and protected persons always the county."""
	if cint(application.special_deliberation) or cint(application.protected_case):
		return terms.COUNTY
	return category.confirming_authority


def find_household(application: Document) -> None:
	"""A new application of somebody on the register belongs to the household he or she lives in."""
	if application.is_new() and not application.household and application.applicant:
		households = registry.households_of(application.applicant, getdate(today()))
		application.household = households[0] if len(households) == 1 else None


def complete_members(application: Document) -> None:
	"""Copy a person's circumstances into a new row that does not state them."""
	for row in application.members:
		if not row.recipient:
			continue
		known = circumstances(row.recipient)
		row.member_name, row.id_number = known.get("member_name"), known.get("id_number")
		row.birth_date, row.sex = known.get("birth_date"), known.get("sex")
		if row.is_new():
			for field in CIRCUMSTANCES:
				if field == "schooling" and row.schooling == "Not in School":
					row.schooling = known.get(field) or row.schooling
				elif not row.get(field):
					row.set(field, known.get(field))


def check_resident_id(application: Document) -> None:
	"""What is applied for where one is registered rests on the number of the register; temporary help does not."""
	if not (application.has_value_changed("applicant") or application.has_value_changed("category")):
		return
	if application.scheme in (terms.TEMPORARY, terms.OTHER_SCHEME):
		return
	for name in identity_documents.without_resident_id([application.applicant]).values():
		frappe.throw(
			_(
				"{0} has no resident ID number. This help is applied for where the applicant is registered (Social"
				" Assistance Law Art. 37, 57号 Art. 4), which rests on that number: choose temporary assistance, or"
				" enter the number once there is one."
			).format(name),
			identity_documents.ResidentIdNeeded,
		)


def check_declared(application: Document) -> None:
	"""What a declaration may not contain, whoever enters it."""
	if getdate(application.applied_on) > getdate(today()):
		frappe.throw(_("The date of application lies in the future."), DeclarationInvalid)
	if cint(application.extended) and not application.extension_reason:
		frappe.throw(_("Choose the reason for extending the time limit (57号 Art. 22)."), DeclarationInvalid)
	if cint(application.green_channel) and not (application.green_channel_reason or "").strip():
		frappe.throw(_("Describe the urgency that opens the green channel."), DeclarationInvalid)
	_check_members(application)


def _check_members(application: Document) -> None:
	listed = [row.recipient for row in application.members]
	if len(listed) != len(set(listed)):
		twice = next(row for row in application.members if listed.count(row.recipient) > 1)
		frappe.throw(
			_("{0} is listed twice among the members.").format(twice.member_name), DeclarationInvalid
		)
	if listed and application.applicant not in listed:
		frappe.throw(
			_("The applicant is a member of the household (57号 Art. 4). Add the applicant to the members."),
			DeclarationInvalid,
		)
	if sum(row.kinship in ("01", terms.HEAD) for row in application.members) > 1:
		frappe.throw(_("A household has one head."), DeclarationInvalid)
	strangers = [row.idx for row in application.incomes if row.recipient not in listed]
	if strangers:
		frappe.throw(
			_("Income row {0}: this person is not among the members.").format("、".join(map(str, strangers))),
			DeclarationInvalid,
		)


def file_apart(application: Document) -> None:
	"""Until the decision: whether the family has a near relative among the staff today (57号 Art. 11)."""
	before = application.get_doc_before_save()
	if before and before.workflow_state in terms.FINAL_STATES:
		return
	related = relatives.related_to(relative_cases.persons_of(application), getdate(today()))
	application.relative_case = int(related.any())
