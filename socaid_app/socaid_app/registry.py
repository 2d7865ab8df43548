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

from socaid_app.permissions import sensitive
from socaid_app.policy import terms

HOUSEHOLD, PERSON, EVENT = "Recipient Household", "Recipient", "Household Event"


class AlreadyInHousehold(frappe.ValidationError):
	pass


class NotAMember(frappe.ValidationError):
	pass


def enter_person(values: dict) -> Document:
	"""Find a person by ID number, or enter a new one; empty fields of a known person are filled in.

	``values``: full_name, id_number, division and any other field of Recipient. Raises the validation errors
	of Recipient, and PermissionError when the person is known but lies outside the user's divisions.
	"""
	known = sensitive.find_by_id_number(values["id_number"]) if values.get("id_number") else None
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


def enter_household(values: dict) -> Document:
	"""Enter a household: head, division, area, address, and members [{recipient, kinship, residence, joined_on}]."""
	values = dict(values)
	members = [{"joined_on": today(), "residence": terms.LIVING_TOGETHER, **row} for row in values.pop("members", [])]
	return frappe.get_doc({"doctype": HOUSEHOLD, **values, "members": members}).insert()


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


def record_event(household: Document | str, event: str, **details) -> None:
	"""Add a line to the household's history."""
	name = household if isinstance(household, str) else household.name
	frappe.get_doc(
		{"doctype": EVENT, "household": name, "event": event, "happened_on": today(), **details}
	).insert(ignore_permissions=True)


# --- actions of the household form -------------------------------------------------------------------


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
			# The old head's relation to the new one is unknown until stated; "other" is never wrong.
			row.kinship = "80"
	doc.head = recipient
	doc.save()
	record_event(doc, "Head Changed", recipient=recipient, reason=reason)


@frappe.whitelist(methods=["POST"])
def add_member(
	household: str, recipient: str, kinship: str, joined_on: str | None = None, residence: str = terms.LIVING_TOGETHER
) -> None:
	doc = _open(household)
	doc.append(
		"members",
		{"recipient": recipient, "kinship": kinship, "joined_on": joined_on or today(), "residence": residence},
	)
	doc.save()


@frappe.whitelist(methods=["POST"])
def remove_member(household: str, recipient: str, left_on: str | None = None, reason: str = "Moved Out") -> None:
	"""Give a member a leaving date; the row stays for the history."""
	doc = _open(household)
	member = doc.present_member(recipient)
	if not member:
		frappe.throw(_("This person is not a present member of the household."), NotAMember)
	member.left_on, member.leave_reason = left_on or today(), reason
	doc.save()


@frappe.whitelist(methods=["POST"])
def split(household: str, recipients: list | str, head: str, reason: str = "") -> str:
	"""Move members into a household of their own in the same village; returns its name."""
	doc = _open(household)
	leaving = frappe.parse_json(recipients)
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
					"kinship": terms.HEAD if row.recipient == head else row.kinship,
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
	source.save()
	for recipient, _kinship, residence in moving:
		target.append(
			"members",
			{"recipient": recipient, "kinship": kinships.get(recipient) or "80", "joined_on": today(), "residence": residence},
		)
	target.save()
	record_event(source, "Merged", other_household=into, reason=reason)


@frappe.whitelist(methods=["POST"])
def transfer(household: str, division: str, reason: str = "") -> None:
	"""Move a household and its members to another division; the county does this across townships."""
	doc = _open(household)
	before = doc.division
	doc.division = division
	doc.save()
	for row in doc.present_members():
		person = frappe.get_doc(PERSON, row.recipient)
		person.division = division
		person.save()
	record_event(doc, "Transferred", from_division=before, to_division=division, reason=reason)


@frappe.whitelist(methods=["POST"])
def close(household: str, reason: str) -> None:
	from socaid_app.socaid_app import entitlements

	doc = _open(household)
	if entitlements.of_household(household):
		frappe.throw(_("End the household's entitlements before closing it."))
	doc.status, doc.closed_on = "Closed", today()
	doc.save()
	record_event(doc, "Closed", reason=reason)


@frappe.whitelist(methods=["POST"])
def reopen(household: str, reason: str) -> None:
	doc = _open(household)
	doc.status, doc.closed_on, doc.merged_into = "Active", None, None
	doc.save()
	record_event(doc, "Reopened", reason=reason)


@frappe.whitelist(methods=["POST"])
def report_death(recipient: str, deceased_on: str) -> None:
	"""Mark a person deceased, end the membership, and open the review the law asks for (2022 notice 一(三))."""
	from socaid_app.policy import clock
	from socaid_app.socaid_app import rules

	person = frappe.get_doc(PERSON, recipient)
	person.check_permission("write")
	households = households_of(recipient, getdate(deceased_on))
	person.status, person.deceased_on = "Deceased", deceased_on
	person.save()
	months = int(rules.parameters().get("death_review_months", getdate(deceased_on)))
	for household in households:
		frappe.get_doc(
			{
				"doctype": "Circumstance Change",
				"household": household,
				"recipient": recipient,
				"kind": "Death",
				"found_by": "Reported by Household",
				"happened_on": deceased_on,
				"state_after": f"{person.full_name}于{deceased_on}死亡",
				"due_on": clock.add_months(getdate(deceased_on), months),
			}
		).insert(ignore_permissions=True)


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
			fields=["event", "happened_on", "recipient", "reason", "other_household", "from_division", "to_division"],
			order_by="happened_on desc, creation desc",
			limit_page_length=50,
		),
		"names": dict(
			frappe.get_all(
				PERSON,
				filters=[["name", "in", _member_names(household)]],
				fields=["name", "full_name"],
				order_by="name",
				as_list=True,
			)
		),
	}


def _member_names(household: str) -> list[str]:
	return frappe.get_all(
		"Household Member", filters={"parent": household, "parenttype": HOUSEHOLD}, pluck="recipient", order_by="idx"
	)
