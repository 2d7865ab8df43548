"""A telephone call becomes a petition or a reception record while the caller speaks.

The number leads to the caller's earlier petitions and household; one text box is all that must be filled in.
Only what the clerk may read anyway is shown.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import today

from socaid_app.casework.places import add_names
from socaid_app.permissions import access_log, sensitive
from socaid_app.petition_desk import reception, recording, secrecy
from socaid_app.policy import names, numbers
from socaid_app.policy import petitions as law
from socaid_app.socaid_app import search

PETITION, RECEPTION = "Petition", "Reception Record"
BY_TELEPHONE = "By Telephone"
MOST = 5


class NothingSaid(frappe.ValidationError):
	pass


@frappe.whitelist()
def lookup(phone: str = "", caller: str = "") -> dict:
	"""What is known of a caller by the number (whole, or its last four digits) or the name.

	Returns {phone, petitions, receptions, households, caller}: the latest petitions and receptions, the
	households (with kind of family), and the name where the number belongs to one person.
	"""
	_require_desk()
	number, caller = numbers.normalise_phone(phone), names.canonical(caller)
	people = _people(number)
	households = _households([row.name for row in people]) if people else []
	if caller and not households:
		households = _households_by_name(caller)
	return {
		"phone": number,
		"petitions": _latest(
			PETITION,
			number,
			caller and "petitioner_name",
			caller,
			["subject", "status", "received_on", "category"],
		),
		"receptions": _latest(
			RECEPTION, number, caller and "visitor_name", caller, ["matter_text", "result", "received_at"]
		),
		"households": households,
		"caller": people[0].full_name if len(people) == 1 and numbers.is_whole(number) else None,
	}


def _require_desk() -> None:
	if not (frappe.has_permission(PETITION, "create") or frappe.has_permission(RECEPTION, "create")):
		frappe.throw(_("Your role does not record calls. Ask the petition desk."), frappe.PermissionError)


def _by_number(number: str):
	"""The filter on a column of numbers, None when there are too few digits to search by."""
	if numbers.is_whole(number):
		return number
	return ["like", f"%{number}"] if len(number) >= numbers.SHORTEST_TAIL else None


def _people(number: str) -> list[frappe._dict]:
	"""Who has this telephone: asked of the full numbers, since many have one mask; each such search is logged."""
	if not frappe.has_permission("Recipient", "read"):
		return []
	found = sensitive.find_by_phone(number)
	if numbers.is_whole(number):
		access_log.record(
			"Search", "Recipient", found[0] if len(found) == 1 else None, "按电话号码检索", field="phone"
		)
	if not found:
		return []
	return frappe.get_list(
		"Recipient",
		filters={"name": ["in", found], "status": ["!=", "Deceased"]},
		fields=["name", "full_name"],
		order_by="name",
		limit_page_length=MOST,
	)


def _households(people: list[str]) -> list[dict]:
	return _described([["Household Member", "recipient", "in", people]])


def _households_by_name(caller: str) -> list[dict]:
	"""Through the search every clerk knows: households of that head, and those with a member of the name."""
	found = search.find(caller)
	households = [row["name"] for row in found if row["doctype"] == "Recipient Household"]
	people = [row["name"] for row in found if row["doctype"] == "Recipient"]
	rows = _described([["Recipient Household", "name", "in", households]]) if households else []
	if people:
		known = {row["name"] for row in rows}
		rows += [row for row in _households(people) if row["name"] not in known]
	return rows[:MOST]


def _described(filters: list) -> list[dict]:
	if not frappe.has_permission("Recipient Household", "read"):
		return []
	rows = frappe.get_list(
		"Recipient Household",
		filters=[*filters, ["Recipient Household", "status", "=", "Active"]],
		fields=["name", "head_name", "division", "current_benefit"],
		order_by="`tabRecipient Household`.`name`",
		limit_page_length=MOST,
		distinct=True,
	)
	add_names(rows, "division")
	return rows


def _latest(doctype: str, number: str, name_field: str, caller: str, fields: list[str]) -> list[dict]:
	if not frappe.has_permission(doctype, "read"):
		return []
	wanted = _by_number(number)
	if not wanted and not caller:
		return []
	return frappe.get_list(
		doctype,
		filters={"phone": wanted} if wanted else {name_field: caller},
		fields=["name", *fields],
		order_by="creation desc",
		limit_page_length=MOST,
	)


@frappe.whitelist(methods=["POST"])
def save(
	kind: str,
	text: str,
	phone: str = "",
	caller: str = "",
	category: str = law.APPEAL,
	matter: str = "Policy Question",
	household: str | None = None,
	division: str | None = None,
	guides: list | str | None = None,
	accused: str | None = None,
) -> dict:
	"""Record the call as a Petition or a Reception Record; returns {doctype, name}.

	Only ``text`` must be given; ``accused`` is who is complained about, in the caller's words. ``name`` is None when the clerk may not know of the petition any more: an
	accusation goes to its handlers and out of everybody else's sight.
	"""
	text = (text or "").strip()
	if not text:
		frappe.throw(_("Write down what the caller said."), NothingSaid)
	said = {
		"channel": BY_TELEPHONE,
		"phone": phone,
		"household": household or None,
		"division": division or _division_of(household) or reception.own_division(),
	}
	if kind == PETITION:
		said["accused"] = reception.accused_rows(accused)
		return _petition(said, text, caller.strip(), category, matter)
	if kind == RECEPTION:
		return _reception(said, text, caller.strip(), frappe.parse_json(guides) or [])
	frappe.throw(_("A call becomes a petition or a reception record."), NothingSaid)


def _division_of(household: str | None) -> str | None:
	return frappe.db.get_value("Recipient Household", household, "division") if household else None


def _petition(said: dict, text: str, caller: str, category: str, matter: str) -> dict:
	frappe.has_permission(PETITION, "create", throw=True)
	doc = recording.record(
		{
			**said,
			"category": category,
			"matter": matter,
			"subject": reception.subject_of(text),
			"content": text,
			"received_on": today(),
			"real_name": int(bool(caller and said["phone"])),
			"petitioner_name": caller,
			"assistance_category": reception.benefit_of(said["household"]),
		}
	)
	return {"doctype": PETITION, "name": doc.name if secrecy.visible([doc.name]) else None}


def _reception(said: dict, text: str, caller: str, guides: list[str]) -> dict:
	doc = frappe.get_doc(
		{
			"doctype": RECEPTION,
			**said,
			"visitor_name": caller,
			"matter_text": text,
			"guides": [{"guide": guide} for guide in guides],
		}
	).insert()
	return {"doctype": RECEPTION, "name": doc.name}


def add_indexes() -> None:
	"""After every migrate: a caller is found by the number."""
	for doctype in (PETITION, RECEPTION, sensitive.VAULT):
		frappe.db.add_index(doctype, ["phone"], "phone_index")
	frappe.db.add_index(sensitive.VAULT, ["document_number"], "document_number_index")
