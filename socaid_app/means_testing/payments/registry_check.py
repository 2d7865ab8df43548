"""A list against the registry: nobody dead, stopped, in prison or twice is paid, and every line says why it is held.

A handful of statements finds the lines about which anything is to be said; what it means for them is the law's
(policy/payments.py). The rest of the list is not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import frappe
from frappe.query_builder import Order
from frappe.query_builder.functions import Count

from socaid_app.means_testing.payments.payment_records import (
	CASH,
	GONE,
	HELD,
	LINE,
	LIST,
	PROPOSED,
)
from socaid_app.policy import payments, terms
from socaid_app.policy.payments import LineFacts, Person
from socaid_app.socaid_app.entitlements import BASIC_LIVING
from socaid_app.socaid_app.entitlements import DOCTYPE as ENTITLEMENT

SHARE, ABSENCE, RECIPIENT = "Entitlement Share", "Person Absence", "Recipient"
FIELDS = ("name", "scheme", "from_month", "payee", "recipient", "entitlement", "method", "account_mask")
# Names in one statement.
CHUNK = 2_000


def screen(payment_list: str) -> set[tuple[str, str]]:
	"""Hold the lines that may not be paid and say so on them; returns (line, reason) of those held."""
	month = frappe.db.get_value(LIST, payment_list, "month")
	stopped, twice = _stopped(payment_list), _twice(payment_list)
	persons = _dead_or_imprisoned(month)
	wanted = stopped | set(twice) | _without_account(payment_list) | _lines_of(payment_list, persons)
	_release_all(payment_list)
	held = set()
	# (reason, words) → lines that are told the same
	told: dict[tuple[str, str], list[str]] = defaultdict(list)
	for row in _rows(wanted):
		found = payments.objections(_facts(row, persons, row.name in stopped, twice.get(row.name, ())))
		reason = next((one.reason for one in found if one.reason), "")
		words = "\n".join(one.words for one in found)
		told[reason, words].append(row.name)
		if reason:
			held.add((row.name, reason))
	for (reason, words), names in told.items():
		_tell(names, reason, words)
	return held


def _facts(row: frappe._dict, persons: dict[str, Person], stopped: bool, twice: Iterable[str]) -> LineFacts:
	def person(name: str) -> Person:
		return persons.get(name) or Person(name or "")

	return LineFacts(
		scheme=row.scheme,
		first=row.from_month,
		payee=person(row.payee),
		recipient=person(row.recipient),
		members=tuple(person(name) for name in row.members),
		on_roll=not stopped,
		has_account=bool(row.account_mask) or row.method == CASH,
		also_on=tuple(sorted(twice)),
	)


# --- what is to be said -----------------------------------------------------------------------------------------
def _stopped(payment_list: str) -> set[str]:
	"""Lines whose months the ledger does not have any more."""
	line, entitlement = frappe.qb.DocType(LINE), frappe.qb.DocType(ENTITLEMENT)
	rows = (
		frappe.qb.from_(line)
		.left_join(entitlement)
		.on(entitlement.name == line.entitlement)
		.select(line.name)
		.where(
			(line.payment_list == payment_list)
			& (
				entitlement.name.isnull()
				| (entitlement.docstatus != 1)
				| (entitlement.start_month > line.from_month)
				| (entitlement.end_month < line.to_month)
			)
		)
		.run()
	)
	return {row[0] for row in rows}


def _twice(payment_list: str) -> dict[str, set[str]]:
	"""Lines whose months another line pays already, and on which list: of this entitlement, or of another basic living
	benefit of one of its persons."""
	found: dict[str, set[str]] = defaultdict(set)
	for row in _same_entitlement(payment_list) + _same_person(payment_list):
		found[row.name].add(row.payment_list)
	return found


def _same_entitlement(payment_list: str) -> list[frappe._dict]:
	line, other = frappe.qb.DocType(LINE), frappe.qb.DocType(LINE).as_("other")
	return (
		frappe.qb.from_(line)
		.join(other)
		.on(_pays_the_same(line, other) & (other.entitlement == line.entitlement))
		.select(line.name, other.payment_list)
		.where((line.payment_list == payment_list) & _counts(other, payment_list))
		.run(as_dict=True)
	)


def _pays_the_same(line, other):
	return (
		(other.name != line.name)
		& (other.from_month <= line.to_month)
		& (other.to_month >= line.from_month)
		& (line.reissue_of.isnull() | (line.reissue_of != other.name))
	)


def _counts(other, payment_list: str):
	"""Of lists that are not released, this one alone counts: whoever is released first is paid."""
	return other.status.notin(GONE) & (
		(other.status.notin((PROPOSED, HELD)) | (other.payment_list == payment_list))
		| ((other.status == HELD) & other.resolve_due.isnotnull())
	)


def _same_person(payment_list: str) -> list[frappe._dict]:
	"""A person has one basic living benefit at a time (Law Art. 15); two are looked at where the month is the same."""
	month = frappe.db.get_value(LIST, payment_list, "month")
	share, line = frappe.qb.DocType(SHARE), frappe.qb.DocType(LINE)
	# joined: as a condition the database asks it anew for every share
	persons = _with_two_benefits(month).as_("persons")
	rows = (
		frappe.qb.from_(persons)
		.join(share)
		.on((share.recipient == persons.recipient) & (share.parenttype == ENTITLEMENT))
		.join(line)
		.on(line.entitlement == share.parent)
		.select(
			share.recipient, line.name, line.entitlement, line.payment_list, line.from_month, line.to_month
		)
		.where((line.month == month) & line.scheme.isin(sorted(BASIC_LIVING)) & _counts(line, payment_list))
		.orderby(line.entitlement, order=Order.asc)
		.run(as_dict=True)
	)
	by_person: dict[str, list] = defaultdict(list)
	for row in rows:
		by_person[row.recipient].append(row)
	return [
		frappe._dict(name=row.name, payment_list=other.payment_list)
		for lines in by_person.values()
		for at, row in enumerate(lines)
		for place, other in enumerate(lines)
		if row.payment_list == payment_list
		and row.entitlement != other.entitlement
		and row.from_month <= other.to_month
		and other.from_month <= row.to_month
		# of two on one list the first is paid; of two lists, the other that is released
		and (other.payment_list != payment_list or place < at)
	]


def _with_two_benefits(month: date):
	"""Sub-query: persons with two basic living entitlements of which lists of the month have lines."""
	share, line = frappe.qb.DocType(SHARE), frappe.qb.DocType(LINE)
	return (
		frappe.qb.from_(line)
		.join(share)
		.on((share.parent == line.entitlement) & (share.parenttype == ENTITLEMENT))
		.select(share.recipient)
		.where((line.month == month) & line.scheme.isin(sorted(BASIC_LIVING)) & line.status.notin(GONE))
		.groupby(share.recipient)
		.having(Count(line.entitlement).distinct() > 1)
	)


def _without_account(payment_list: str) -> set[str]:
	line = frappe.qb.DocType(LINE)
	rows = (
		frappe.qb.from_(line)
		.select(line.name)
		.where(
			(line.payment_list == payment_list)
			& (line.method != CASH)
			& (line.account_mask.isnull() | (line.account_mask == ""))
		)
		.run()
	)
	return {row[0] for row in rows}


# --- persons ----------------------------------------------------------------------------------------------------
def _dead_or_imprisoned(month: date) -> dict[str, Person]:
	"""Everybody who is dead or was in prison in a month that the list may pay."""
	person, absence = frappe.qb.DocType(RECIPIENT), frappe.qb.DocType(ABSENCE)
	dead = (
		frappe.qb.from_(person)
		.select(person.name, person.full_name, person.deceased_on)
		.where(person.deceased_on < month)
		.run(as_dict=True)
	)
	away = (
		frappe.qb.from_(absence)
		.join(person)
		.on(person.name == absence.parent)
		.select(person.name, person.full_name, person.deceased_on, absence.absent_from, absence.absent_until)
		.where((absence.parenttype == RECIPIENT) & (absence.reason == terms.IMPRISONMENT))
		.orderby(absence.parent, absence.idx)
		.run(as_dict=True)
	)
	terms_of: dict[str, list] = defaultdict(list)
	for row in away:
		if row.absent_from:
			terms_of[row.name].append((row.absent_from, row.absent_until))
	return {
		row.name: Person(row.full_name, row.deceased_on, tuple(terms_of.get(row.name, ())))
		for row in (*dead, *away)
	}


def _lines_of(payment_list: str, persons: Iterable[str]) -> set[str]:
	"""The lines of a list that these persons are paid by, receive, or have a share in."""
	line, share = frappe.qb.DocType(LINE), frappe.qb.DocType(SHARE)
	found: set[str] = set()
	for names in _in_chunks(persons):
		own = (
			frappe.qb.from_(line)
			.select(line.name)
			.where(
				(line.payment_list == payment_list) & (line.payee.isin(names) | line.recipient.isin(names))
			)
		)
		theirs = (
			frappe.qb.from_(share)
			.join(line)
			.on(line.entitlement == share.parent)
			.select(line.name)
			.where(
				(share.parenttype == ENTITLEMENT)
				& share.recipient.isin(names)
				& (line.payment_list == payment_list)
			)
		)
		found |= {row[0] for query in (own, theirs) for row in query.run()}
	return found


def _rows(names: Iterable[str]) -> Iterable[frappe._dict]:
	"""The lines with the names of those who have a share."""
	for chunk in _in_chunks(names):
		rows = frappe.get_all(LINE, filters={"name": ["in", chunk]}, fields=list(FIELDS), order_by="name")
		members: dict[str, list] = defaultdict(list)
		for parent, recipient in frappe.get_all(
			SHARE,
			filters={"parenttype": ENTITLEMENT, "parent": ["in", [row.entitlement for row in rows]]},
			fields=["parent", "recipient"],
			order_by="parent, idx",
			as_list=True,
		):
			members[parent].append(recipient)
		for row in rows:
			row.members = members[row.entitlement]
			yield row


# --- saying it ----------------------------------------------------------------------------------------------------
def _release_all(payment_list: str) -> None:
	"""What was said before is asked anew."""
	line = frappe.qb.DocType(LINE)
	(
		frappe.qb.update(line)
		.set(line.status, PROPOSED)
		.set(line.hold_reason, None)
		.set(line.finding, None)
		.where((line.payment_list == payment_list) & ((line.status == HELD) | line.finding.isnotnull()))
		.run()
	)


def _tell(names: list[str], reason: str, words: str) -> None:
	line = frappe.qb.DocType(LINE)
	for chunk in _in_chunks(names):
		(
			frappe.qb.update(line)
			.set(line.hold_reason, reason or None)
			.set(line.finding, words or None)
			.set(line.status, HELD if reason else PROPOSED)
			.where(line.name.isin(chunk))
			.run()
		)


def _in_chunks(names: Iterable[str]) -> Iterable[list[str]]:
	names = sorted(names)
	for start in range(0, len(names), CHUNK):
		yield names[start : start + CHUNK]
