"""Full identity, phone, account and certificate numbers: kept apart, shown for a purpose, and logged.

``Recipient`` holds masks. The numbers are in ``Recipient Identity``, on which no role has any permission,
so that no list, filter, report, export or REST call reaches them; only the functions here do.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from socaid_app.permissions import access_log
from socaid_app.policy import identity, numbers

VAULT = "Recipient Identity"
FORMER = "Former Identity Number"
MASKS = {
	"id_number": identity.mask_id,
	"document_number": identity.mask_account,
	"phone": identity.mask_phone,
	"bank_account": identity.mask_account,
	"disability_certificate": identity.mask_account,
}
# How each number is written in the vault; raises NumberError for what cannot be such a number.
CHECKS = {
	"id_number": identity.require_id,
	"document_number": numbers.check_document,
	"phone": numbers.check_phone,
	"bank_account": numbers.check_account,
	"disability_certificate": lambda text: numbers.check_certificate(text, identity.is_id),
}
SHORTEST_PURPOSE = 4
# Whoever configures could otherwise show himself the numbers of a case opened for a reason (permissions/break_glass.py).
NO_REVEALER = "Socaid Administrator"
# Persons asked for in one statement.
NUMBERS_AT_ONCE = 2_000


class PurposeRequired(frappe.ValidationError):
	pass


class RoleSeesNoNumbers(frappe.ValidationError):
	pass


class WrongNumber(frappe.ValidationError):
	pass


class WrongIdNumber(WrongNumber):
	pass


class MayBeCut(WrongNumber):
	pass


def may_reveal(user: str | None = None) -> bool:
	"""Whether the user has one of the roles that Socaid Settings lets see full numbers."""
	if (user or frappe.session.user) == "Administrator":
		return True
	allowed = frappe.get_all(
		"Reveal Role", filters={"parent": "Socaid Settings"}, pluck="role", order_by="idx"
	)
	return not set(allowed).isdisjoint(frappe.get_roles(user))


def check_roles(settings: Document) -> None:
	"""From ``validate`` of the settings; raises RoleSeesNoNumbers."""
	if NO_REVEALER in {row.role for row in settings.reveal_roles}:
		frappe.throw(
			_("{0} configures and sees no case: the full numbers stay with those who work on cases.").format(
				_(NO_REVEALER)
			),
			RoleSeesNoNumbers,
		)


def full_value(recipient: str, field: str) -> str:
	"""The full number, for use on the server. Whoever shows it to a person logs it."""
	if field not in MASKS:
		frappe.throw(_("{0} is not a protected number.").format(field))
	return frappe.db.get_value(VAULT, recipient, field) or ""


def require_purpose(purpose: str | None) -> str:
	"""What full numbers are wanted for, without blanks at its ends. Raises PurposeRequired."""
	purpose = (purpose or "").strip()
	if len(purpose) < SHORTEST_PURPOSE:
		frappe.throw(
			_("State the purpose in at least {0} characters (Social Assistance Law Art. 11).").format(
				SHORTEST_PURPOSE
			),
			PurposeRequired,
		)
	return purpose


def full_numbers(recipients: list[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
	"""The full ID number of each person, and their former ones, for a comparison on the server."""
	numbers: dict[str, str] = {}
	former: dict[str, list[str]] = {}
	for at in range(0, len(recipients), NUMBERS_AT_ONCE):
		named = {"recipient": ["in", recipients[at : at + NUMBERS_AT_ONCE]]}
		asked = {"filters": named, "fields": ["recipient", "id_number"]}
		numbers |= {
			row.recipient: row.id_number for row in frappe.get_all(VAULT, **asked, order_by="recipient")
		}
		for row in frappe.get_all(FORMER, **asked, order_by="id_number"):
			former.setdefault(row.recipient, []).append(row.id_number)
	return numbers, former


def persons_by_number(wanted: Iterable[str]) -> dict[str, str]:
	"""Whose these full ID numbers are, now or before they were corrected: number → person, for a comparison on the
	server. Numbers that nobody has are left out."""
	wanted = sorted(set(filter(None, wanted)))
	found: dict[str, str] = {}
	for at in range(0, len(wanted), NUMBERS_AT_ONCE):
		named = {"id_number": ["in", wanted[at : at + NUMBERS_AT_ONCE]]}
		for doctype in (FORMER, VAULT):
			for row in frappe.get_all(
				doctype, filters=named, fields=["id_number", "recipient"], order_by="recipient"
			):
				found[row.id_number] = row.recipient
		stands_for = _stands_for([found[number] for number in named["id_number"][1] if number in found])
		found |= {number: stands_for[person] for number, person in found.items() if person in stands_for}
	return found


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
	purpose = require_purpose(purpose)
	access_log.record("Reveal", doctype, name, purpose, field=field, case=case)
	return full_value(name, field)


def find_by_id_number(number: str) -> str | None:
	"""The person with this full ID number, wherever, now or before it was corrected; callers check permission on what
	they show."""
	number = identity.normalise_id(number)
	if not number:
		return None
	return frappe.db.get_value(VAULT, {"id_number": number}, "recipient") or frappe.db.get_value(
		FORMER, {"id_number": number}, "recipient"
	)


def _standing(persons: list[str]) -> list[str]:
	"""Who is found by a number that a merged record keeps, is the person for whom that record stands."""
	merged = _stands_for(persons)
	return list(dict.fromkeys(merged.get(name, name) for name in persons))


def _stands_for(persons: list[str]) -> dict[str, str]:
	"""Merged record → the one it became."""
	return dict(
		frappe.get_all(
			"Recipient",
			filters={"name": ["in", persons or [""]], "merged_into": ["is", "set"]},
			fields=["name", "merged_into"],
			order_by="name",
			as_list=True,
		)
	)


def find_by_document(key: str) -> str | None:
	"""The person with this kind, country and number of a document that is no resident ID."""
	found = frappe.db.get_value(VAULT, {"document_key": key}, "recipient") if key else None
	return _standing([found])[0] if found else None


def find_by_document_number(number: str) -> str | None:
	"""The one person with this number of a document, whatever its kind and country."""
	if len(number) < numbers.SHORTEST_DOCUMENT:
		return None
	found = frappe.get_all(
		VAULT, filters={"document_number": number}, pluck="recipient", order_by="name", limit=3
	)
	found = _standing(found)
	return found[0] if len(found) == 1 else None


def find_by_phone(number: str) -> list[str]:
	"""The persons with this telephone, written however; with a few last digits, everybody whose number ends so."""
	number = numbers.normalise_phone(number)
	if len(number) < numbers.SHORTEST_TAIL:
		return []
	wanted = number if numbers.is_whole(number) else ["like", f"%{number}"]
	return _standing(
		frappe.get_all(VAULT, filters={"phone": wanted}, pluck="recipient", order_by="recipient")
	)


def mask(field: str, number: str | None) -> str:
	"""What everybody sees of a stored number; of one that is none, that it is none."""
	if not number:
		return ""
	try:
		return MASKS[field](CHECKS[field](number))
	except numbers.NumberError:
		return numbers.NOT_A_NUMBER


def take_full_values(person: Document) -> dict[str, str]:
	"""Take the full numbers typed into a Recipient, leaving masks behind.

	The mask itself means "unchanged"; anything else replaces the number and is checked. Returns what :func:`keep`
	stores once the person has a name. Raises WrongNumber, and MayBeCut for a number that a spreadsheet may have cut.
	"""
	typed = {}
	before = person.get_doc_before_save()
	for field in MASKS:
		value = person.get(field)
		if before and (value or "") == (before.get(field) or ""):
			continue
		try:
			typed[field] = CHECKS[field](value)
		except numbers.NumberError as error:
			frappe.throw(str(error), WrongIdNumber if field == "id_number" else WrongNumber)
		person.set(field, mask(field, typed[field]))
	for field in ("id_number", "bank_account"):
		if numbers.may_be_cut(typed.get(field) or "") and not person.number_compared:
			refuse_cut(_(person.meta.get_label(field)), _(person.meta.get_label("number_compared")))
	return typed


def refuse_cut(label: str, box: str) -> None:
	frappe.throw(
		_(
			"{0}: the number ends in noughts, which a spreadsheet puts in place of the last digits. Compare it with the"
			" card; if it really ends so, tick “{1}”."
		).format(label, box),
		MayBeCut,
	)


def keep(recipient: str, values: dict[str, str]) -> None:
	"""Store full numbers; an empty one is forgotten."""
	if not values:
		return
	values = {field: value or None for field, value in values.items()}
	if "id_number" in values:
		_keep_former(recipient, values["id_number"])
	if frappe.db.exists(VAULT, recipient):
		frappe.db.set_value(VAULT, recipient, values)
	elif any(values.values()):
		frappe.get_doc({"doctype": VAULT, "recipient": recipient, **values}).insert(ignore_permissions=True)


def _keep_former(recipient: str, number: str | None) -> None:
	"""A corrected ID number stays findable and taken: under it the same person could be entered and paid again."""
	former = frappe.db.get_value(VAULT, recipient, "id_number")
	if former and former != number and not frappe.db.exists(FORMER, {"id_number": former}):
		frappe.get_doc(
			{"doctype": FORMER, "id_number": former, "recipient": recipient, "replaced_on": now_datetime()}
		).insert(ignore_permissions=True)
	# whoever gets an old number back has it
	forget_former(recipient, number)


def forget_former(recipient: str, number: str | None) -> bool:
	"""Whether the person had this former number, which nobody has any more."""
	former = frappe.db.get_value(
		FORMER, {"id_number": identity.normalise_id(number), "recipient": recipient}, "name"
	)
	if former:
		frappe.db.delete(FORMER, {"name": former})
	return bool(former)
