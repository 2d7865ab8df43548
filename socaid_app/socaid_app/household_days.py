"""The days of a household, read from its history: members with their dates, and what became otherwise and when.

Members keep the day they came and the day they went. What else changes – the head, the place, the address, how somebody
is related and whether he or she lives in – leaves a line with what stood before (*Household Event*). A line that was
taken back stays and is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import get_first_day, getdate, today

from socaid_app.policy import household_history as law
from socaid_app.policy import terms
from socaid_app.policy.household_history import Change, Stay
from socaid_app.socaid_app import merged_persons, paid_months

HOUSEHOLD, PERSON, MEMBER, EVENT = "Recipient Household", "Recipient", "Household Member", "Household Event"
# Event → what it changed, and the column that says what stood before.
FACTS = {
	"Head Changed": (law.HEAD, "value_before"),
	"Transferred": (law.PLACE, "from_division"),
	"Address Changed": (law.ADDRESS, "address_before"),
	"Relation Changed": (law.KINSHIP, "value_before"),
	"Residence Changed": (law.RESIDENCE, "value_before"),
	"Closed": (law.STATE, law.OPEN),
	"Merged": (law.STATE, law.OPEN),
	"Reopened": (law.STATE, law.CLOSED),
}
OF_MEMBERS = frozenset({law.KINSHIP, law.RESIDENCE})


# --- what is on record ----------------------------------------------------------------------------------------
def changes(**filters) -> dict[str, list[Change]]:
	"""The changes that count, by household, in the order in which they were entered."""
	rows = frappe.get_all(
		EVENT,
		filters={"event": ["in", list(FACTS)], "undone": 0, **filters},
		fields=[
			"household",
			"event",
			"happened_on",
			"recipient",
			"value_before",
			"from_division",
			"address_before",
		],
		order_by="happened_on, creation, name",
	)
	found: dict[str, list[Change]] = {}
	for row in rows:
		fact, column = FACTS[row.event]
		before = column if fact == law.STATE else row[column]
		about = row.recipient if fact in OF_MEMBERS else ""
		found.setdefault(row.household, []).append(Change(getdate(row.happened_on), fact, before, about))
	return found


def stay_of(row: Document | frappe._dict, home: str, closed_on: date | None = None) -> Stay:
	"""A row of the members; nobody lives in a household that is closed."""
	ends = [getdate(day) for day in (row.left_on, closed_on) if day]
	return Stay(
		row.recipient, getdate(row.joined_on), min(ends, default=None), row.kinship, row.residence, home
	)


def stays_of(persons: Iterable[str]) -> Iterator[Stay]:
	"""Every stay of these persons in any household."""
	member, household = frappe.qb.DocType(MEMBER), frappe.qb.DocType(HOUSEHOLD)
	rows = (
		frappe.qb.from_(member)
		.join(household)
		.on((household.name == member.parent) & (member.parenttype == HOUSEHOLD))
		.select(
			member.parent,
			member.recipient,
			member.joined_on,
			member.left_on,
			member.kinship,
			member.residence,
			household.status,
			household.closed_on,
		)
		.where(member.recipient.isin(sorted(persons)))
		.orderby(member.joined_on)
		.orderby(member.parent)
		.orderby(member.idx)
		.run(as_dict=True)
	)
	for row in rows:
		closed = (row.closed_on or row.joined_on) if row.status == law.CLOSED else None
		yield stay_of(row, row.parent, closed)


# --- one person, one home on any day --------------------------------------------------------------------------
def moving(household: Document) -> set[str]:
	"""Whose days in the home a save adds to; asked before the stored record is loaded."""
	stored = {
		row.name: row
		for row in frappe.get_all(
			MEMBER,
			filters={"parent": household.name, "parenttype": HOUSEHOLD},
			fields=["name", "joined_on", "left_on", "residence"],
			order_by="idx",
		)
	}
	opens = stored and frappe.db.get_value(HOUSEHOLD, household.name, "status") == law.CLOSED
	return {
		row.recipient
		for row in household.members
		if row.residence == terms.LIVING_TOGETHER
		and not (row.left_on and getdate(row.left_on) <= getdate(row.joined_on))
		and (opens or not same_days(stored.get(row.name), row))
	}


def same_days(earlier: Document | frappe._dict | None, row: Document) -> bool:
	"""Whether a stored row says of the days what a row says."""
	return bool(earlier) and _days(earlier) == _days(row)


def _days(row: Document | frappe._dict) -> tuple:
	return (getdate(row.joined_on), row.left_on and getdate(row.left_on), row.residence)


def second_homes(household: Document, day: date) -> Iterator[tuple[Document, Stay, date]]:
	"""Members who live in another household on a day of theirs here: the row, the other stay and the first such day.

	Of what this save does not touch only today and later is asked: older registers know better than to stop a clerk.
	``day``: since when a residence that the save changes is the new one.
	"""
	before = household.get_doc_before_save()
	known = {row.name: row for row in before.members} if before else {}
	reopened = bool(before) and before.status != household.status
	asked = [row for row in household.members if _has_days(row)]
	persons = {row.recipient for row in asked}
	if not persons:
		return
	recorded = changes(recipient=["in", sorted(persons)])
	others = [
		piece
		for stay in stays_of(persons)
		if stay.home != household.name
		for piece in law.together(stay, recorded.get(stay.home, ()))
	]
	for row in asked if others else ():
		earlier = known.get(row.name)
		own = list(recorded.get(household.name, ()))
		if earlier and earlier.residence != row.residence:
			own.append(Change(day, law.RESIDENCE, earlier.residence, row.recipient))
		since = getdate(today()) if same_days(earlier, row) and not reopened else None
		for piece in law.together(stay_of(row, household.name), own):
			for other in others:
				if other.person != row.recipient:
					continue
				shared = law.overlap(_from(piece, since), other)
				if shared:
					yield row, other, shared


def _has_days(row: Document) -> bool:
	return bool(row.recipient and row.joined_on) and not stay_of(row, "").is_empty()


def _from(stay: Stay, since: date | None) -> Stay:
	return Stay(stay.person, max(stay.joined, since), stay.left) if since else stay


# --- as of a day ----------------------------------------------------------------------------------------------
def as_of(household: Document, day: date) -> dict:
	"""Who was a member, under which head, where, and what was paid in that month."""
	told = changes(household=household.name).get(household.name, [])
	status = law.value_on(told, law.STATE, household.status, day)
	closed = getdate(household.closed_on) if household.closed_on else None
	present = law.members_on(
		(
			stay_of(row, household.name, closed if household.status == law.CLOSED else None)
			for row in household.members
		),
		told,
		day,
	)
	head = law.value_on(told, law.HEAD, household.head, day)
	return {
		"day": day,
		"status": status,
		"entered_on": _entered_on(household),
		# lines name whoever was head then; a record that was merged since is read as the one that stands
		"head": merged_persons.standing([head]).get(head, head),
		"division": law.value_on(told, law.PLACE, household.division, day),
		"address": law.value_on(told, law.ADDRESS, household.address, day),
		"members": [
			{
				"recipient": stay.person,
				"kinship": stay.kinship,
				"residence": stay.residence,
				"joined_on": stay.joined,
			}
			for stay in present
		],
		"benefits": benefits_on(household.name, day),
	}


def _entered_on(household: Document) -> date:
	created = frappe.db.get_value(
		EVENT,
		{"household": household.name, "event": "Created"},
		"happened_on",
		order_by="happened_on, creation",
	)
	return getdate(created or household.creation)


def benefits_on(household: str, day: date) -> list[frappe._dict]:
	"""What the ledger pays the household in the month of ``day``."""
	table = frappe.qb.DocType("Entitlement")
	query = (
		frappe.qb.from_(table)
		.select(table.name, table.category, table.amount, table.start_month, table.end_month)
		.where(table.household == household)
		.orderby(table.start_month)
		.orderby(table.name)
	)
	for condition in paid_months.in_force(table, get_first_day(day)):
		query = query.where(condition)
	return query.run(as_dict=True)
