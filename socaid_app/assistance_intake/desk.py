"""What the forms ask the server for. Every function checks permission, then delegates."""

from __future__ import annotations

import frappe
from frappe.utils import getdate, today

from socaid_app.socaid_app import registry

APPLICATION = "Assistance Application"
# Copied from the person at the time of the application; later changes of the person do not alter the case.
CIRCUMSTANCES = (
	"marital",
	"schooling",
	"employment",
	"labour_capacity",
	"health",
	"disability_type",
	"disability_grade",
)


@frappe.whitelist()
def applicant_household(recipient: str) -> dict[str, str | None]:
	"""The division of an applicant and the household he or she belongs to now."""
	person = frappe.get_doc("Recipient", recipient)
	person.check_permission("read")
	households = registry.households_of(recipient, getdate(today()))
	return {"division": person.division, "household": household_name(households[0]) if households else None}


def household_name(household) -> str:
	return household if isinstance(household, str) else household.name


@frappe.whitelist()
def household_members(household: str, applicant: str | None = None) -> list[dict]:
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
			**circumstances(row.recipient),
		}
		for row in present
	]


def circumstances(recipient: str) -> dict[str, object]:
	fields = ["full_name as member_name", "id_number", "birth_date", "sex", *CIRCUMSTANCES]
	return frappe.db.get_value("Recipient", recipient, fields, as_dict=True) or {}


@frappe.whitelist()
def application_members(application: str) -> list[dict]:
	"""The members of an application, for choosing among them."""
	doc = frappe.get_doc(APPLICATION, application)
	doc.check_permission("read")
	return [{"recipient": row.recipient, "member_name": row.member_name} for row in doc.members]
