"""What a person is known by who has no resident ID: another document, or none and why.

A foreign spouse, somebody stateless, a child whose birth nobody registered, somebody found unconscious: 临时救助 is
applied for at the place of the emergency, whoever it is (社会救助法 Art. 37), so they can be entered. What rests on a
number of the population register says so.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.permissions import access_log, sensitive
from socaid_app.permissions.scope import scope_of

RESIDENT_ID, PASSPORT, NONE = "Resident ID", "Foreign Passport", "None"
TO_BE_DESCRIBED = ("Identity Unknown", "Other Reason")


class DocumentIncomplete(frappe.ValidationError):
	pass


class ResidentIdNeeded(frappe.ValidationError):
	pass


def check(person: Document) -> None:
	"""Raises DocumentIncomplete for what the form asks and other channels may leave out."""
	if person.document_kind == NONE:
		if not person.no_document_reason:
			frappe.throw(_("Choose why there is no document."), DocumentIncomplete)
		if person.no_document_reason in TO_BE_DESCRIBED and not (person.no_document_note or "").strip():
			frappe.throw(
				_("Describe what is known of the person: where and when found, appearance, what was said."),
				DocumentIncomplete,
			)
		return
	if not person.document_number:
		frappe.throw(_("Enter the number of the document, or choose “None” and why."), DocumentIncomplete)
	if person.document_kind == PASSPORT and not person.nationality:
		frappe.throw(
			_("Enter the nationality: passports of two countries may have one number."), DocumentIncomplete
		)


def without_resident_id(persons: list[str]) -> dict[str, str]:
	"""Names of those among ``persons`` who have no resident ID number."""
	rows = frappe.get_all(
		"Recipient",
		filters={"name": ["in", [name for name in persons if name] or [""]], "id_number": ["is", "not set"]},
		fields=["name", "full_name"],
		order_by="name",
	)
	return {row.name: row.full_name for row in rows}


def tell_without_number(persons: list[str]) -> None:
	"""Say of whom nothing can be found by a number of the population register; what was signed stays valid."""
	if names := without_resident_id(persons):
		frappe.msgprint(
			_(
				"No resident ID number: {0}. Data cannot be compared by number; establish the facts by visit,"
				" neighbours and written statement (57号 Art. 17)."
			).format("、".join(names.values())),
			indicator="orange",
		)


@frappe.whitelist(methods=["POST"])
def release_former_number(recipient: str, id_number: str, reason: str) -> None:
	"""A former number that was another person's all along becomes free for them; the county decides, and it is logged.

	A slip of the pen may be somebody's real number: as long as it is taken, its owner cannot be entered.
	"""
	frappe.get_doc("Recipient", recipient).check_permission("write")
	if not scope_of().everything:
		frappe.throw(_("The county office releases a former number. Ask there."), frappe.PermissionError)
	reason = (reason or "").strip()
	if len(reason) < sensitive.SHORTEST_PURPOSE:
		frappe.throw(_("State the reason; it is written to the access log."), sensitive.PurposeRequired)
	if not sensitive.forget_former(recipient, id_number):
		frappe.throw(_("This is no former number of this person."), DocumentIncomplete)
	access_log.record("Search", "Recipient", recipient, f"释放曾用身份证号：{reason}", field="id_number")
