"""People and households: the one code path by which they are entered and changed.

Desk, import, intake and background jobs all come through here or through the same controllers. A member is
never removed from a household, only given a leaving date, so any past day's household can be told.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import events as hooks
from socaid_app.casework.records import step
from socaid_app.permissions import sensitive
from socaid_app.policy import terms

HOUSEHOLD, PERSON, EVENT = "Recipient Household", "Recipient", "Household Event"
# A relation to a new head that nobody has stated yet; "other" (GB/T 4761) is never wrong.
OTHER_RELATIVE = "80"


class AlreadyInHousehold(frappe.ValidationError):
	pass


class NotAMember(frappe.ValidationError):
	pass


class ReasonRequired(frappe.ValidationError):
	pass


def enter_person(values: dict) -> Document:
	"""Find a person by ID number, or enter a new one; empty fields of a known person are filled in.

	``values``: full_name, id_number, division and any other field of Recipient. Raises the validation errors
	of Recipient, and PermissionError when the person is known but lies outside the user's divisions.
	"""
	known = sensitive.find_by_id_number(values.get("id_number"))
	if not known:
		return frappe.get_doc({"doctype": PERSON, **values}).insert()
	person = frappe.get_doc(PERSON, known)
	person.check_permission("read")
	missing = {
		field: value
		for field, value in values.items()
		if field != "id_number" and value and not person.get(field) and person.meta.has_field(field)
	}
	if missing:
		person.update(missing).save()
	return person


def enter_household(values: dict, ignore_permissions: bool = False) -> Document:
	"""Enter a household: head, division, area, address, and members [{recipient, kinship, residence, joined_on}].

	``ignore_permissions`` for a decision that enters the family by law, whatever else its maker may create.
	"""
	values = dict(values)
	members = [
		{"joined_on": today(), "residence": terms.LIVING_TOGETHER, **row} for row in values.pop("members", [])
	]
	return frappe.get_doc({"doctype": HOUSEHOLD, **values, "members": members}).insert(
		ignore_permissions=ignore_permissions
	)


def households_of(recipient: str, on: date | None = None) -> list[str]:
	"""The active households a person lives in on a day, oldest membership first."""
	on = getdate(on or today())
	member = frappe.qb.DocType("Household Member")
	household = frappe.qb.DocType(HOUSEHOLD)
	rows = (
		frappe.qb.from_(member)
		.join(household)
		.on((household.name == member.parent) & (member.parenttype == HOUSEHOLD))
		.select(member.parent)
		.where(
			(member.recipient == recipient)
			& (household.status == "Active")
			& (member.residence == terms.LIVING_TOGETHER)
			& (member.joined_on <= on)
			& (member.left_on.isnull() | (member.left_on > on))
		)
		.orderby(member.joined_on)
		.run()
	)
	return list(dict.fromkeys(row[0] for row in rows))


def residents_of(household: str | None, on: date | None = None) -> set[str]:
	"""The persons who live in an active household on a day; nobody in one that is closed or not saved yet."""
	day = getdate(on or today())
	rows = frappe.get_all(
		"Household Member",
		filters={"parent": household, "parenttype": HOUSEHOLD, "residence": terms.LIVING_TOGETHER},
		fields=["recipient", "left_on"],
		order_by="idx",
	)
	active = rows and frappe.db.get_value(HOUSEHOLD, household, "status") == "Active"
	return {row.recipient for row in rows if active and not (row.left_on and getdate(row.left_on) <= day)}


def record_event(household: Document | str, event: str, **details) -> None:
	"""Add a line to the household's history."""
	name = household if isinstance(household, str) else household.name
	frappe.get_doc(
		{"doctype": EVENT, "household": name, "event": event, "happened_on": today(), **details}
	).insert(ignore_permissions=True)


# --- actions of the household form -------------------------------------------------------------------


def _require_reason(reason: str) -> None:
	if not (reason or "").strip():
		frappe.throw(_("State the reason; it stays in the household's history."), ReasonRequired)


def _open(household: str) -> Document:
	doc = frappe.get_doc(HOUSEHOLD, household)
	doc.check_permission("write")
	return doc


@frappe.whitelist(methods=["POST"])
def change_head(household: str, recipient: str, kinships: dict | str | None = None, reason: str = "") -> None:
	"""Make another member the head. ``kinships`` gives the others' new relation to the new head."""
	doc = _open(household)
	kinships = frappe.parse_json(kinships) or {}
	member = doc.present_member(recipient)
	if not member:
		frappe.throw(_("The new head must be a member of the household. Add the person first."), NotAMember)
	for row in doc.present_members():
		if row.recipient == recipient:
			row.kinship = terms.HEAD
		elif kinships.get(row.recipient):
			row.kinship = kinships[row.recipient]
		elif row.kinship == terms.HEAD:
			row.kinship = OTHER_RELATIVE
	doc.head = recipient
	doc.flags.reason = reason
	doc.save()


@frappe.whitelist(methods=["POST"])
def add_member(
	household: str,
	recipient: str,
	kinship: str,
	joined_on: str | None = None,
	residence: str = terms.LIVING_TOGETHER,
) -> None:
	doc = _open(household)
	doc.append(
		"members",
		{
			"recipient": recipient,
			"kinship": kinship,
			"joined_on": joined_on or today(),
			"residence": residence,
		},
	)
	doc.save()


@frappe.whitelist(methods=["POST"])
def remove_member(
	household: str, recipient: str, left_on: str | None = None, reason: str = "Moved Out"
) -> None:
	"""Give a member a leaving date; the row stays for the history.

	Why somebody leaves is an event of that person: it is recorded, and the household's benefit comes under review
	(life_events.py).
	"""
	doc = _open(household)
	member = doc.present_member(recipient)
	if not member:
		frappe.throw(_("This person is not a present member of the household."), NotAMember)
	member.left_on, member.leave_reason = left_on or today(), reason
	doc.save()


@frappe.whitelist(methods=["POST"])
def split(
	household: str,
	recipients: list | str,
	head: str,
	kinships: dict | str | None = None,
	reason: str = "",
) -> str:
	"""Move members into a household of their own in the same village; returns its name.

	``kinships`` gives the relations to the new head; one that is not stated becomes "other".
	"""
	doc = _open(household)
	leaving, kinships = frappe.parse_json(recipients), frappe.parse_json(kinships) or {}
	rows = [doc.present_member(recipient) for recipient in leaving]
	if not all(rows) or head not in leaving:
		frappe.throw(_("Choose present members, and the new head among them."), NotAMember)
	if doc.head in leaving:
		frappe.throw(_("The head cannot leave by a split. Change the head first."), NotAMember)
	for row in rows:
		row.left_on, row.leave_reason = today(), "Split"
	doc.save()
	new = enter_household(
		{
			"head": head,
			"division": doc.division,
			"area": doc.area,
			"address": doc.address,
			"members": [
				{
					"recipient": row.recipient,
					"kinship": terms.HEAD
					if row.recipient == head
					else kinships.get(row.recipient) or OTHER_RELATIVE,
					"residence": row.residence,
				}
				for row in rows
			],
		}
	)
	record_event(doc, "Split", other_household=new.name, reason=reason)
	return new.name


@frappe.whitelist(methods=["POST"])
def merge(household: str, into: str, kinships: dict | str | None = None, reason: str = "") -> None:
	"""Move all members of ``household`` into another one and close it."""
	from socaid_app.socaid_app import entitlements

	if household == into:
		frappe.throw(_("A household cannot be merged into itself."))
	source, target = _open(household), _open(into)
	if entitlements.of_household(household):
		frappe.throw(_("End the household's entitlements before merging it."))
	kinships = frappe.parse_json(kinships) or {}
	moving = [(row.recipient, row.kinship, row.residence) for row in source.present_members()]
	for row in source.present_members():
		row.left_on, row.leave_reason = today(), "Moved Out"
	source.status, source.closed_on, source.merged_into = "Closed", today(), into
	source.flags.regrouping = True
	with step(source):
		source.save()
	for recipient, _kinship, residence in moving:
		target.append(
			"members",
			{
				"recipient": recipient,
				"kinship": kinships.get(recipient) or OTHER_RELATIVE,
				"joined_on": today(),
				"residence": residence,
			},
		)
	target.save()
	record_event(source, "Merged", other_household=into, reason=reason)


@frappe.whitelist(methods=["POST"])
def transfer(household: str, division: str, reason: str = "") -> None:
	"""Move a household, its members and what it receives to another division.

	Across townships the county does this: a township cannot reach into another.
	"""
	doc = _open(household)
	_require_reason(reason)
	doc.division = division
	doc.flags.reason = reason
	doc.save()
	for row in doc.present_members():
		person = frappe.get_doc(PERSON, row.recipient)
		person.division = division
		person.save()


@frappe.whitelist(methods=["POST"])
def close(household: str, reason: str) -> None:
	from socaid_app.socaid_app import entitlements

	doc = _open(household)
	_require_reason(reason)
	if entitlements.of_household(household):
		frappe.throw(_("End the household's entitlements before closing it."))
	doc.status, doc.closed_on = "Closed", today()
	with step(doc):
		doc.save()
	record_event(doc, "Closed", reason=reason)


@frappe.whitelist(methods=["POST"])
def reopen(household: str, reason: str) -> None:
	doc = _open(household)
	_require_reason(reason)
	if doc.merged_into:
		frappe.throw(_("This household lives on in {0}. Split that one instead.").format(doc.merged_into))
	doc.status, doc.closed_on = "Active", None
	with step(doc):
		doc.save()
	record_event(doc, "Reopened", reason=reason)


@frappe.whitelist()
def summary(household: str) -> dict:
	"""What the household form shows beside its fields: entitlements and history, newest first."""
	frappe.get_doc(HOUSEHOLD, household).check_permission("read")
	return {
		"entitlements": frappe.get_list(
			"Entitlement",
			filters={"household": household, "docstatus": 1},
			fields=["name", "category", "status", "start_month", "end_month", "amount", "member_count"],
			order_by="start_month desc",
			limit_page_length=50,
		),
		"events": frappe.get_list(
			EVENT,
			filters={"household": household},
			fields=[
				"event",
				"happened_on",
				"recipient",
				"reason",
				"other_household",
				"from_division",
				"to_division",
			],
			order_by="happened_on desc, creation desc",
			limit_page_length=50,
		),
		# what modules above add, each for who may read its records: hook ``socaid_household_events``
		"records": [row for rows in hooks.ask("socaid_household_events", household) for row in rows],
		"names": _names(household),
	}


def _names(household: str) -> dict[str, str]:
	"""Names of the persons and divisions that the household's history mentions."""
	events = frappe.get_all(
		EVENT,
		filters={"household": household},
		fields=["recipient", "from_division", "to_division"],
		order_by="creation",
	)
	people = {row.recipient for row in events}
	places = {row.from_division for row in events} | {row.to_division for row in events}
	return _titles(PERSON, "full_name", people) | _titles("Administrative Division", "division_name", places)


def _titles(doctype: str, title: str, names: set[str | None]) -> dict[str, str]:
	rows = frappe.get_all(
		doctype,
		filters={"name": ["in", [name for name in names if name] or [""]]},
		fields=["name", title],
		order_by="name",
		as_list=True,
	)
	return dict(rows)
