"""What the forms ask the server for. Every function checks permission, then delegates."""

from __future__ import annotations

import frappe
from frappe.utils import getdate, today

from socaid_app.assistance_intake import case_steps, persons
from socaid_app.socaid_app import registry

APPLICATION = "Assistance Application"


@frappe.whitelist()
def applicant_household(recipient: str) -> dict[str, str | None]:
	"""The division of an applicant and the household he or she belongs to now."""
	person = frappe.get_doc("Recipient", recipient)
	person.check_permission("read")
	households = registry.households_of(recipient, getdate(today()))
	return {"division": person.division, "household": households[0] if households else None}


@frappe.whitelist()
def household_members(household: str) -> list[dict]:
	"""Member rows for an application of this household, with the persons' present circumstances."""
	doc = frappe.get_doc("Recipient Household", household)
	doc.check_permission("read")
	present = [row for row in doc.members if not row.left_on or getdate(row.left_on) > getdate(today())]
	return [
		{
			"recipient": row.recipient,
			"kinship": row.kinship,
			"residence": row.residence,
			"in_need": 1,
			**persons.circumstances(row.recipient),
		}
		for row in present
	]


@frappe.whitelist()
def application_members(application: str) -> list[dict]:
	"""The members of an application, for choosing among them."""
	doc = frappe.get_doc(APPLICATION, application)
	doc.check_permission("read")
	return [{"recipient": row.recipient, "member_name": row.member_name} for row in doc.members]


@frappe.whitelist()
def next_steps(name: str) -> list[dict]:
	"""The steps onward from here, each with the gates that are still closed for the session's user."""
	doc = frappe.get_doc(APPLICATION, name)
	doc.check_permission("read")
	return case_steps.next_steps(doc)


@frappe.whitelist()
def adverse_texts() -> dict[str, str]:
	"""The county's standard wording of the legal basis and the remedies, for adverse decisions."""
	frappe.has_permission(APPLICATION, "read", throw=True)
	settings = frappe.get_cached_doc("Socaid Settings")
	return {"decision_basis": settings.legal_basis_text or "", "remedy_text": settings.remedy_text or ""}
