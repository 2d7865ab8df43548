"""Full identity, phone, account and certificate numbers: kept apart, shown for a purpose, and logged.

``Recipient`` holds masks. The numbers are in ``Recipient Identity``, on which no role has any permission,
so that no list, filter, report, export or REST call reaches them; only the functions here do.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.permissions import access_log
from socaid_app.policy import identity

VAULT = "Recipient Identity"
MASKS = {
	"id_number": identity.mask_id,
	"phone": identity.mask_phone,
	"bank_account": identity.mask_account,
	"disability_certificate": identity.mask_account,
}
SHORTEST_PURPOSE = 4


class PurposeRequired(frappe.ValidationError):
	pass


def may_reveal(user: str | None = None) -> bool:
	"""Whether the user has one of the roles that Socaid Settings lets see full numbers."""
	if (user or frappe.session.user) == "Administrator":
		return True
	allowed = frappe.get_all(
		"Reveal Role", filters={"parent": "Socaid Settings"}, pluck="role", order_by="idx"
	)
	return not set(allowed).isdisjoint(frappe.get_roles(user))


def full_value(recipient: str, field: str) -> str:
	"""The full number, for use on the server. Whoever shows it to a person logs it."""
	if field not in MASKS:
		frappe.throw(_("{0} is not a protected number.").format(field))
	return frappe.db.get_value(VAULT, recipient, field) or ""


@frappe.whitelist(methods=["POST"])
def reveal(doctype: str, name: str, field: str, purpose: str, case: str | None = None) -> str:
	"""The full number of a person for a stated purpose; written to the Sensitive Access Log."""
	if doctype != "Recipient" or field not in MASKS:
		frappe.throw(_("{0} is not a protected number.").format(field))
	frappe.get_doc(doctype, name).check_permission("read")
	if not may_reveal():
		frappe.throw(
			_("Your role may not see full numbers. Ask the person in charge."), frappe.PermissionError
		)
	purpose = (purpose or "").strip()
	if len(purpose) < SHORTEST_PURPOSE:
		frappe.throw(
			_("State the purpose in at least {0} characters (Social Assistance Law Art. 11).").format(
				SHORTEST_PURPOSE
			),
			PurposeRequired,
		)
	access_log.record("Reveal", doctype, name, purpose, field=field, case=case)
	return full_value(name, field)


def find_by_id_number(number: str) -> str | None:
	"""The person with this full ID number, wherever; callers check permission on what they show."""
	return frappe.db.get_value(VAULT, {"id_number": identity.normalise_id(number)}, "recipient")


def take_full_values(person: Document) -> dict[str, str]:
	"""Take the full numbers typed into a Recipient, leaving masks behind.

	A value that contains ``*`` is the mask itself and means "unchanged"; anything else replaces the number.
	Returns what :func:`keep` stores once the person has a name.
	"""
	typed = {}
	before = person.get_doc_before_save()
	for field, mask in MASKS.items():
		value = (person.get(field) or "").strip()
		if "*" in value:
			person.set(field, before.get(field) if before else None)
			continue
		if field == "id_number":
			value = identity.normalise_id(value)
		typed[field] = value
		person.set(field, mask(value))
	return typed


def keep(recipient: str, values: dict[str, str]) -> None:
	"""Store full numbers; an empty one is forgotten."""
	if not values:
		return
	values = {field: value or None for field, value in values.items()}
	if frappe.db.exists(VAULT, recipient):
		frappe.db.set_value(VAULT, recipient, values)
	elif any(values.values()):
		frappe.get_doc({"doctype": VAULT, "recipient": recipient, **values}).insert(ignore_permissions=True)
