"""Finding people, households, cases, files and petitions by name, pinyin initials, full ID number, the end of a telephone
number, or the number of the record."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint
from frappe.utils.data import make_filter_tuple

from socaid_app.permissions import access_log, sensitive
from socaid_app.policy import identity, names

MOST = 20
SHORTEST = 2
# The end of a telephone number as people say it, up to the whole.
PHONE_TAIL = range(4, 12)


@frappe.whitelist()
def find(text: str) -> list[dict]:
	"""Records the user may see that match ``text``: rows of doctype, name, title, details.

	A full ID number, now or before its correction, or the number of another document finds its owner exactly; every such search is logged. Everything else is matched by parts of the
	name, the initials or the case number.
	"""
	text = names.legible(text)
	if len(text) < SHORTEST:
		return []
	if recipient := _by_id_number(text):
		return (
			people([["Recipient", "name", "=", recipient]])
			+ households_with(recipient)
			+ cases([["Assistance Application", "applicant", "=", recipient]])
			+ entitlements([["Entitlement Share", "recipient", "=", recipient]])
		)
	if len(text) >= 15 and text[:15].isdigit():
		return []
	found = []
	if text.isdigit() and len(text) in PHONE_TAIL:
		found += people([["Recipient", "name", "in", _by_phone_tail(text)]])
	if text.isascii():
		found += cases([["Assistance Application", "name", "like", f"%{text.upper()}%"]])
		found += _rows("Recipient Household", [["Recipient Household", "name", "like", f"{text.upper()}%"]])
		found += entitlements([["Entitlement", "name", "like", f"{text.upper()}%"]])
		found += _rows("Archive File", [["Archive File", "file_number", "like", f"%{text.upper()}%"]])
		found += _rows("Petition", [["Petition", "petition_number", "like", f"%{text.upper()}%"]])
		found += _rows("Recipient", [], by_initials("Recipient", text))
		found += _rows("Recipient Household", [], by_initials("Recipient Household", text))
	else:
		for doctype, (title, _details) in COLUMNS.items():
			found += _rows(doctype, by_name(doctype, title, text))
	return found


def by_name(doctype: str, field: str, text: str) -> list:
	"""Each part of what was typed stands in the name: parts find the whole, however the dot and blanks are written."""
	return [[doctype, field, "like", f"%{part}%"] for part in names.parts(text)]


def by_initials(doctype: str, text: str) -> list:
	"""Initials of the whole or of what follows a dot; blanks stand between what a person is found by."""
	typed = text.lower().replace(" ", "")
	return [[doctype, "pinyin", "like", f"{typed}%"], [doctype, "pinyin", "like", f"% {typed}%"]]


def _by_id_number(text: str) -> str | None:
	number = identity.normalise_id(text)
	if len(number) != 18 or not number[:17].isdigit():
		recipient = sensitive.find_by_document_number(number)
		if recipient:
			access_log.record("Search", "Recipient", recipient, "按证件号码检索", field="document_number")
		return recipient
	recipient = sensitive.find_by_id_number(number)
	access_log.record("Search", "Recipient", recipient, "按身份证号检索", field="id_number")
	return recipient


def _by_phone_tail(digits: str) -> list[str]:
	"""Whose telephone number ends so; a search for a protected number, hence logged."""
	table = frappe.qb.DocType("Recipient Identity")
	found = (
		frappe.qb.from_(table).select(table.recipient).where(table.phone.like(f"%{digits}")).run(pluck=True)
	)
	if found:
		access_log.record("Search", "Recipient", None, "按电话尾号检索", field="phone", rows=len(found))
	return found or [""]


def people(filters: list) -> list[dict]:
	return _rows("Recipient", filters)


def cases(filters: list) -> list[dict]:
	return _rows("Assistance Application", filters)


def entitlements(filters: list) -> list[dict]:
	return _rows("Entitlement", filters)


def households_with(recipient: str) -> list[dict]:
	return _rows("Recipient Household", [["Household Member", "recipient", "=", recipient]])


COLUMNS = {
	"Recipient": ("full_name", ("id_number", "division", "status")),
	"Recipient Household": ("head_name", ("division", "current_benefit", "status")),
	"Assistance Application": ("applicant_name", ("category", "workflow_state", "division")),
	"Entitlement": ("recipient_name", ("category", "status", "division")),
	"Archive File": ("title", ("file_number", "status", "division")),
	"Petition": ("subject", ("petition_number", "status", "division")),
}


def _rows(doctype: str, filters: list, either: list | None = None) -> list[dict]:
	"""Through get_list, hence only what the user may see; nothing where the role has no permission."""
	if not frappe.has_permission(doctype, "read"):
		return []
	title, details = COLUMNS[doctype]
	rows = frappe.get_list(
		doctype,
		filters=filters,
		or_filters=either,
		fields=["name", title, *details],
		order_by=f"`tab{doctype}`.`modified` desc",
		limit_page_length=MOST,
		distinct=True,
	)
	places = dict(
		frappe.get_all(
			"Administrative Division",
			filters=[["name", "in", [row.division for row in rows if row.division]]],
			fields=["name", "division_name"],
			order_by="name",
			as_list=True,
		)
	)
	return [
		{
			"doctype": doctype,
			"name": row.name,
			"title": row[title],
			"details": [places.get(row[field], row[field]) for field in details if row[field]],
		}
		for row in rows
	]


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def person_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | None = None
):
	"""Link fields to Recipient: name, initials, or a full ID number; nobody who was merged away."""
	standing = [*_listed(filters, "Recipient"), ["Recipient", "merged_into", "is", "not set"]]
	return _link_query("Recipient", "full_name", ("id_number", "division"), txt, start, page_len, standing)


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def household_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | None = None
):
	"""Link fields to Recipient Household: the head's name or initials, the number, or a member's ID number."""
	return _link_query(
		"Recipient Household", "head_name", ("division", "current_benefit"), txt, start, page_len, filters
	)


def _listed(filters: dict | list | str | None, doctype: str) -> list:
	"""Filters of either shape, or as JSON, as a request brings them; one by one."""
	filters = frappe.parse_json(filters) or []
	if isinstance(filters, dict):
		return [make_filter_tuple(doctype, key, value) for key, value in filters.items()]
	if not isinstance(filters, list):
		frappe.throw(_("The conditions cannot be read. Set them with the filters."))
	return list(filters)


def _link_query(
	doctype: str, title: str, details: tuple, txt: str, start: int, page_len: int, filters
) -> list[tuple]:
	txt = names.legible(txt)
	wanted, either = _listed(filters, doctype), []
	if recipient := _by_id_number(txt):
		if doctype == "Recipient":
			wanted.append([doctype, "name", "=", recipient])
		else:
			wanted.append(["Household Member", "recipient", "=", recipient])
	elif txt.isascii():
		if txt:
			either = [[doctype, field, "like", f"%{txt}%"] for field in (title, "name")]
			either += by_initials(doctype, txt)
	else:
		wanted += by_name(doctype, title, txt)
	return frappe.get_list(
		doctype,
		filters=wanted,
		or_filters=either,
		fields=["name", title, *details],
		order_by=f"`tab{doctype}`.`modified` desc",
		limit_start=cint(start),
		limit_page_length=cint(page_len) or MOST,
		distinct=True,
		as_list=True,
	)
