"""People and households: the one code path by which they are entered and changed.

Desk, import, intake and background jobs all come through here or through the same controllers. A member is
never removed from a household, only given a leaving date, so any past day's household can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework import events as hooks
from socaid_app.casework.records import step
from socaid_app.permissions import sensitive
from socaid_app.policy import terms
from socaid_app.socaid_app import household_days

HOUSEHOLD, PERSON, EVENT = "Recipient Household", "Recipient", "Household Event"
# A relation to a new head that nobody has stated yet; "other" (GB/T 4761) is never wrong.
OTHER_RELATIVE = "80"


class AlreadyInHousehold(frappe.ValidationError):
	pass


class NotAMember(frappe.ValidationError):
	pass


class ReasonRequired(frappe.ValidationError):
	pass


class WrongDay(frappe.ValidationError):
	pass


class ClosedHousehold(frappe.ValidationError):
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
	values = {"happened_on": today(), "change": frappe.flags.socaid_change, **details}
	frappe.get_doc({"doctype": EVENT, "household": name, "event": event, **values}).insert(
		ignore_permissions=True
	)


# --- regrouping: carried out at once; who has to confirm it first is asked in household_actions.py ----------------


@contextmanager
def carrying_out(change: str | None) -> Iterator[None]:
	"""What happens in the block was asked for and confirmed in a Circumstance Change: it is done whoever is logged in,
	and the lines of the history name it.
	"""
	earlier = frappe.flags.socaid_change
	frappe.flags.socaid_change = change
	try:
		yield
	finally:
		frappe.flags.socaid_change = earlier


def require_reason(reason: str) -> None:
	if not (reason or "").strip():
		frappe.throw(_("State the reason; it stays in the household's history."), ReasonRequired)


def _open(household: str, closed: bool = False) -> Document:
	doc = frappe.get_doc(HOUSEHOLD, household)
	if not frappe.flags.socaid_change:
		doc.check_permission("write")
	if doc.status == "Closed" and not closed:
		frappe.throw(_("{0} is closed. Reopen it first.").format(household), ClosedHousehold)
	return doc


def save(doc: Document, day: str | date | None = None, reason: str = "") -> None:
	"""Store a household or a person for an action; ``day``: since when it is so."""
	doc.flags.day, doc.flags.reason = day, reason
	with step(doc):
		doc.save(ignore_permissions=True if frappe.flags.socaid_change else None)


def require_latest(household: str, event: str, day: str | date | None) -> None:
	"""What is told from lines is told in order: nothing is slipped in before a line that is there."""
	last = frappe.db.get_value(
		EVENT,
		{"household": household, "event": event, "undone": 0},
		"happened_on",
		order_by="happened_on desc",
	)
	if last and getdate(last) > getdate(day or today()):
		frappe.throw(
			_("“{0}” is on record for {1}. Choose a later day, or take that one back first.").format(
				_(event, context=EVENT), getdate(last)
			),
			WrongDay,
		)


def change_head(
	household: str,
	recipient: str,
	kinships: dict | str | None = None,
	reason: str = "",
	on: str | None = None,
) -> None:
	"""Make another member the head. ``kinships`` gives the others' new relation to the new head."""
	doc = _open(household)
	for event in ("Head Changed", "Relation Changed"):
		require_latest(household, event, on)
	kinships = frappe.parse_json(kinships) or {}
	member = doc.present_member(recipient)
	if not member:
		frappe.throw(_("The new head must be a member of the household. Add the person first."), NotAMember)
	if getdate(member.joined_on) > getdate(on or today()):
		frappe.throw(_("{0} was no member yet on {1}.").format(member.member_name, getdate(on)), NotAMember)
	for row in doc.present_members():
		if row.recipient == recipient:
			row.kinship = terms.HEAD
		elif kinships.get(row.recipient):
			row.kinship = kinships[row.recipient]
		elif row.kinship == terms.HEAD:
			row.kinship = OTHER_RELATIVE
	doc.head = recipient
	save(doc, on, reason)


def add_member(
	household: str,
	recipient: str,
	kinship: str,
	joined_on: str | None = None,
	residence: str = terms.LIVING_TOGETHER,
	reason: str = "",
) -> str:
	"""Returns the name of the new row. Whoever lives with the family is kept in its village from now on."""
	doc = _open(household)
	row = doc.append(
		"members",
		{
			"recipient": recipient,
			"kinship": kinship,
			"joined_on": joined_on or today(),
			"residence": residence,
		},
	)
	save(doc, joined_on, reason)
	if residence == terms.LIVING_TOGETHER:
		bring([recipient], doc.division)
	return row.name


def remove_member(
	household: str, recipient: str, left_on: str | None = None, reason: str = "Moved Out", note: str = ""
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
	save(doc, reason=note)


def split(
	household: str,
	recipients: list | str,
	head: str,
	kinships: dict | str | None = None,
	reason: str = "",
	on: str | None = None,
) -> str:
	"""Move members into a household of their own in the same village; returns its name.

	``kinships`` gives the relations to the new head; one that is not stated becomes "other".
	"""
	doc = _open(household)
	require_latest(household, "Transferred", on)
	leaving, kinships = frappe.parse_json(recipients), frappe.parse_json(kinships) or {}
	rows = [doc.present_member(recipient) for recipient in leaving]
	if not all(rows) or head not in leaving:
		frappe.throw(_("Choose present members, and the new head among them."), NotAMember)
	if doc.head in leaving:
		frappe.throw(_("The head cannot leave by a split. Change the head first."), NotAMember)
	for row in rows:
		row.left_on, row.leave_reason = on or today(), "Split"
	save(doc, on, reason)
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
					"joined_on": on or today(),
				}
				for row in rows
			],
		},
		ignore_permissions=bool(frappe.flags.socaid_change),
	)
	record_event(doc, "Split", other_household=new.name, reason=reason, happened_on=on or today())
	return new.name


def merge(
	household: str,
	into: str,
	kinships: dict | str | None = None,
	reason: str = "",
	on: str | None = None,
) -> None:
	"""Move all members of ``household`` into another one, to the place where that is, and close it."""
	from socaid_app.socaid_app import entitlements

	if household == into:
		frappe.throw(_("A household cannot be merged into itself."))
	# in one order, whichever is merged into which
	for name in sorted((household, into)):
		frappe.db.get_value(HOUSEHOLD, name, "name", for_update=True)
	source, target = _open(household), _open(into)
	if entitlements.of_household(household):
		frappe.throw(_("End the household's entitlements before merging it."))
	kinships = frappe.parse_json(kinships) or {}
	day = on or today()
	moving = [(row.recipient, row.kinship, row.residence) for row in source.present_members()]
	for row in source.present_members():
		row.left_on, row.leave_reason = day, "Moved Out"
	source.status, source.closed_on, source.merged_into = "Closed", day, into
	source.flags.regrouping = True
	save(source, on, reason)
	for recipient, _kinship, residence in moving:
		target.append(
			"members",
			{
				"recipient": recipient,
				"kinship": kinships.get(recipient) or OTHER_RELATIVE,
				"joined_on": day,
				"residence": residence,
			},
		)
	save(target, on, reason)
	bring((recipient for recipient, _kinship, _residence in moving), target.division)
	record_event(source, "Merged", other_household=into, reason=reason, happened_on=day)


def transfer(household: str, division: str, reason: str = "", on: str | None = None) -> None:
	"""Move a household, its members and what it receives to another division.

	Across townships the county does this, or the township that receives the household accepts it: a township cannot
	reach into another.
	"""
	doc = _open(household)
	require_reason(reason)
	require_latest(household, "Transferred", on)
	doc.division = division
	save(doc, on, reason)
	bring((row.recipient for row in doc.present_members()), division)


def bring(recipients: Iterable[str], division: str) -> None:
	"""Persons are kept where their household is: those who look after it there see them."""
	for recipient in recipients:
		person = frappe.get_doc(PERSON, recipient)
		if person.division != division:
			person.division = division
			save(person)


# --- closing ------------------------------------------------------------------------------------------------------
@frappe.whitelist(methods=["POST"])
def close(household: str, reason: str) -> None:
	from socaid_app.socaid_app import entitlements

	doc = _open(household)
	require_reason(reason)
	if entitlements.of_household(household):
		frappe.throw(_("End the household's entitlements before closing it."))
	doc.status, doc.closed_on = "Closed", today()
	with step(doc):
		doc.save()
	record_event(doc, "Closed", reason=reason)


@frappe.whitelist(methods=["POST"])
def reopen(household: str, reason: str) -> None:
	doc = _open(household, closed=True)
	require_reason(reason)
	if doc.merged_into:
		frappe.throw(_("This household lives on in {0}. Split that one instead.").format(doc.merged_into))
	closed_on = getdate(doc.closed_on)
	doc.status, doc.closed_on = "Active", None
	if closed_on < getdate(today()):
		_begin_anew(doc, closed_on)
	with step(doc):
		doc.save()
	record_event(doc, "Reopened", reason=reason)


def _begin_anew(household: Document, closed_on: date) -> None:
	"""Nobody lived here while the household was closed: who was a member then is one again from today."""
	household.flags.by_life_event = household.flags.regrouping = True
	for row in household.present_members():
		again = {field: row.get(field) for field in ("recipient", "kinship", "residence", "counted")}
		row.left_on, row.leave_reason = max(closed_on, getdate(row.joined_on)), terms.LEFT_OTHERWISE
		if not frappe.db.get_value(PERSON, row.recipient, "deceased_on"):
			household.append("members", {**again, "joined_on": today()})


# --- the page of a household ----------------------------------------------------------------------------------
@frappe.whitelist()
def household_as_of(household: str, day: str) -> dict:
	"""The household as it was on a day, from its history; raises ValidationError for a day to come."""
	doc = frappe.get_doc(HOUSEHOLD, household)
	doc.check_permission("read")
	if getdate(day) > getdate(today()):
		frappe.throw(_("Choose today or a past day: what comes is not known yet."), WrongDay)
	found = household_days.as_of(doc, getdate(day))
	if not doc.has_permlevel_access_to("address"):
		found["address"] = None
	persons = {row["recipient"] for row in found["members"]} | {found["head"]}
	names = _titles(PERSON, "full_name", persons)
	relations = _titles("Kinship Code", "kinship_name", {row["kinship"] for row in found["members"]})
	for row in found["members"]:
		row["name"], row["relation"] = names.get(row["recipient"]), relations.get(row["kinship"])
	places = _titles("Administrative Division", "division_name", {found["division"]})
	return found | {"head_name": names.get(found["head"]), "place": places.get(found["division"])}


def _readable(doctype: str, **asked) -> list[dict]:
	"""What the reader's list shows; nothing to who has no such list."""
	return frappe.get_list(doctype, **asked) if frappe.has_permission(doctype) else []


@frappe.whitelist()
def summary(household: str) -> dict:
	"""What the household form shows beside its fields: entitlements and history, newest first."""
	doc = frappe.get_doc(HOUSEHOLD, household)
	doc.check_permission("read")
	fields = [
		"event",
		"happened_on",
		"creation",
		"owner",
		"recipient",
		"reason",
		"other_household",
		"from_division",
		"to_division",
		"value_before",
		"value_after",
		"change",
		"undone",
	]
	if doc.has_permlevel_access_to("address"):
		fields += ["address_before", "address_after"]
	history = _readable(
		EVENT,
		filters={"household": household},
		fields=fields,
		order_by="happened_on desc, creation desc",
		limit_page_length=50,
	)
	return {
		"entitlements": _readable(
			"Entitlement",
			filters={"household": household, "docstatus": 1},
			fields=["name", "category", "status", "start_month", "end_month", "amount", "member_count"],
			order_by="start_month desc",
			limit_page_length=50,
		),
		"events": [_told(row) for row in history],
		# what modules above add, each for who may read its records: hook ``socaid_household_events``
		"records": [
			*_reported(household),
			*(row for rows in hooks.ask("socaid_household_events", household) for row in rows),
		],
		"names": _names(history),
	}


def _reported(household: str) -> Iterator[dict]:
	"""Changes that were reported, with what became of them; actions have lines of their own."""
	doctype = "Circumstance Change"
	if not frappe.has_permission(doctype):
		return
	rows = frappe.get_list(
		doctype,
		filters={"household": household, "action": ["is", "not set"]},
		fields=["name", "kind", "happened_on", "status", "state_after", "review_note"],
		order_by="happened_on desc",
		limit_page_length=50,
	)
	for row in rows:
		words = (row.state_after, _(row.status, context=doctype), row.review_note)
		yield {
			"doctype": doctype,
			"name": row.name,
			"happened_on": row.happened_on,
			"title": _(row.kind, context=doctype),
			"detail": " · ".join(filter(None, words)),
		}


def _told(row: frappe._dict) -> frappe._dict:
	"""A line of the history with what was and what became of it in words, and who entered it."""
	owner = row.pop("owner")
	row.by = _(owner) if owner == "Administrator" else frappe.utils.get_fullname(owner)
	row.before, row.after = (_in_words(row, row.pop(f"value_{side}")) for side in ("before", "after"))
	row.before = row.pop("address_before", None) or row.before
	row.after = row.pop("address_after", None) or row.after
	if row.undone:
		row.reason = " · ".join(filter(None, (row.reason, _("taken back", context=EVENT))))
	return row


def _in_words(row: frappe._dict, value: str | None) -> str | None:
	match row.event:
		case "Head Changed" | "Payee Changed":
			return value and frappe.db.get_value(PERSON, value, "full_name")
		case "Relation Changed":
			return value and frappe.db.get_value("Kinship Code", value, "kinship_name")
		case "Residence Changed":
			return value and _(value, context="Household Member")
	return value


def _names(history: list[frappe._dict]) -> dict[str, str]:
	"""Names of the persons and divisions that the household's history mentions."""
	people = {row.recipient for row in history}
	places = {row.from_division for row in history} | {row.to_division for row in history}
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
