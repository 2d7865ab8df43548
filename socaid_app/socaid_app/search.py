"""Finding people, households and cases by name, pinyin initials, full ID number or case number."""

from __future__ import annotations

import frappe
from frappe.utils import cint
from frappe.utils.data import make_filter_tuple

from socaid_app.permissions import access_log, sensitive
from socaid_app.policy import identity

MOST = 20
SHORTEST = 2


@frappe.whitelist()
def find(text: str) -> list[dict]:
	"""Records the user may see that match ``text``: rows of doctype, name, title, details.

	A full ID number finds its owner exactly; every such search is logged. Everything else is matched by the
	beginning of the name, the initials or the case number.
	"""
	text = (text or "").strip()
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
	if text.isascii():
		found += cases([["Assistance Application", "name", "like", f"%{text.upper()}%"]])
		found += _rows("Recipient Household", [["Recipient Household", "name", "like", f"{text.upper()}%"]])
		found += entitlements([["Entitlement", "name", "like", f"{text.upper()}%"]])
		found += people([["Recipient", "pinyin", "like", f"{text.lower()}%"]])
		found += _rows("Recipient Household", [["Recipient Household", "pinyin", "like", f"{text.lower()}%"]])
	else:
		found += people([["Recipient", "full_name", "like", f"{text}%"]])
		found += _rows("Recipient Household", [["Recipient Household", "head_name", "like", f"{text}%"]])
		found += cases([["Assistance Application", "applicant_name", "like", f"{text}%"]])
		found += entitlements([["Entitlement", "recipient_name", "like", f"{text}%"]])
	return found


def _by_id_number(text: str) -> str | None:
	number = identity.normalise_id(text)
	if len(number) != 18 or not number[:17].isdigit():
		return None
	recipient = sensitive.find_by_id_number(number)
	access_log.record("Search", "Recipient", recipient, "按身份证号检索", field="id_number")
	return recipient


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
}


def _rows(doctype: str, filters: list) -> list[dict]:
	"""Through get_list, hence only what the user may see; nothing where the role has no permission."""
	if not frappe.has_permission(doctype, "read"):
		return []
	title, details = COLUMNS[doctype]
	rows = frappe.get_list(
		doctype,
		filters=filters,
		fields=["name", title, *details],
		order_by=f"`tab{doctype}`.`modified` desc",
		limit_page_length=MOST,
		distinct=True,
	)
	names = dict(
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
			"details": [names.get(row[field], row[field]) for field in details if row[field]],
		}
		for row in rows
	]


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def person_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | None = None
):
	"""Link fields to Recipient: name, initials, or a full ID number."""
	return _link_query("Recipient", "full_name", ("id_number", "division"), txt, start, page_len, filters)


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def household_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: dict | None = None
):
	"""Link fields to Recipient Household: the head's name or initials, the number, or a member's ID number."""
	return _link_query(
		"Recipient Household", "head_name", ("division", "current_benefit"), txt, start, page_len, filters
	)


def _link_query(
	doctype: str, title: str, details: tuple, txt: str, start: int, page_len: int, filters
) -> list[tuple]:
	txt = (txt or "").strip()
	if isinstance(filters, dict):
		wanted = [make_filter_tuple(doctype, key, value) for key, value in filters.items()]
	else:
		wanted = list(filters or [])
	either = []
	if recipient := _by_id_number(txt):
		if doctype == "Recipient":
			wanted.append([doctype, "name", "=", recipient])
		else:
			wanted.append(["Household Member", "recipient", "=", recipient])
	elif txt:
		either = [[doctype, title, "like", f"%{txt}%"], [doctype, "name", "like", f"%{txt}%"]]
		if txt.isascii():
			either.append([doctype, "pinyin", "like", f"{txt.lower()}%"])
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
