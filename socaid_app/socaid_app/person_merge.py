"""Two records of one person made one, and two again.

Every reference moves to the record that stays (person_references.py), its empty facts are filled in, and the ID number
of the other is one of its former numbers from then on. The record given up stays, closed, and points to the one that
stands (merged_persons.py). Each row that was touched is in the log (Person Merge Move), from which an undo puts back
what nobody has changed since, row by row. Full numbers and facts are in no log: the closed record keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.utils import getdate, now, today

from socaid_app.casework import events
from socaid_app.permissions import sensitive
from socaid_app.policy import terms
from socaid_app.socaid_app import entitlements, identity_documents, person_references, registry, turns
from socaid_app.socaid_app.merged_persons import MERGED, PERSON
from socaid_app.socaid_app.person_references import Column

MOVE = "Person Merge Move"
MOVED, STAYED, REVERSED, KEPT = "Moved", "Stays", "Reversed", "Kept"
MEMBER, HOUSEHOLD, ABSENCE = "Household Member", "Recipient Household", "Person Absence"
# What a person is known by stays what it is; state, place and turn are the record's own.
NEVER_FILLED = frozenset(
	{
		"full_name",
		"document_kind",
		"id_number",
		"number_compared",
		"nationality",
		"document_number",
		"no_document_reason",
		"no_document_note",
		"sex",
		"birth_date",
		"division",
		"township",
		"pinyin",
		"status",
		"merged_into",
		"deceased_on",
		"turn",
	}
)


class MergeRefused(frappe.ValidationError):
	pass


@dataclass(frozen=True)
class Pair:
	"""``source`` is given up, ``target`` stays."""

	source: frappe._dict
	target: frappe._dict

	def __iter__(self) -> Iterator[frappe._dict]:
		return iter((self.source, self.target))


def pair(source: str, target: str) -> Pair:
	fields = ["name", "full_name", "document_kind", "id_number", "division", "deceased_on", "merged_into"]
	found = [frappe.db.get_value(PERSON, name, fields, as_dict=True) for name in (source, target)]
	return Pair(*found)


# --- what stands against it ---------------------------------------------------------------------------------------
def what_forbids(source: str, target: str) -> list[str]:
	"""Why the two cannot become one now, and what to do about each, in sentences."""
	two = pair(source, target)
	for person in two:
		if person.merged_into:
			return [_("{0} ({1}) was merged already.").format(person.full_name, person.name)]
	return [
		*_documents(two),
		*_life(two),
		*_homes(two),
		*_benefits(two),
		*_unique_records(two),
		*(sentence for found in events.ask("socaid_merge_gates", source, target) for sentence in found),
	]


def _documents(two: Pair) -> Iterator[str]:
	kind = identity_documents.RESIDENT_ID
	has = [(person.document_kind or kind) == kind and bool(person.id_number) for person in two]
	if has[0] and not has[1]:
		yield _("Only {0} has a resident ID number: let that record stay.").format(two.source.name)


def _life(two: Pair) -> Iterator[str]:
	days = [person.deceased_on and getdate(person.deceased_on) for person in two]
	if days[0] != days[1]:
		yield _(
			"The two records differ in whether or when the person died. Record the death on the other, or correct it, first."
		)
	lasting = {row.reason for row in _absences(two.source.name) if not row.absent_until}
	known = {row.reason for row in _absences(two.target.name) if not row.absent_until}
	for reason in sorted(lasting - known):
		yield _("“{0}” is on record for {1} only. Report the event for {2} as well first.").format(
			_(reason, context=ABSENCE), two.source.name, two.target.name
		)


def _absences(person: str) -> list[frappe._dict]:
	return frappe.get_all(
		ABSENCE,
		filters={"parent": person, "parenttype": PERSON},
		fields=["name", "reason", "absent_until"],
		order_by="idx",
	)


def _homes(two: Pair) -> Iterator[str]:
	"""One person lives in one household (57号 Art. 4 and 7)."""
	homes = [set(registry.households_of(person.name)) for person in two]
	if all(homes) and homes[0] != homes[1]:
		yield _(
			"{0} lives in {1} and {2} in {3}. Let the person leave the household where they do not live, first."
		).format(two.source.name, "、".join(sorted(homes[0])), two.target.name, "、".join(sorted(homes[1])))
	for home in homes[0] & homes[1]:
		if frappe.db.get_value(HOUSEHOLD, home, "head") == two.source.name:
			yield _("{0} is the head of {1}: let that record stay, or change the head first.").format(
				two.source.name, home
			)


def _benefits(two: Pair) -> Iterator[str]:
	"""Nobody holds two (Law Art. 15; 43号 Art. 27), and nothing is taken by a merge."""
	held = [entitlements.active(person.name) for person in two]
	for one in held[0]:
		for other in held[1]:
			both = {one.scheme, other.scheme}
			if both <= entitlements.BASIC_LIVING or one.category == other.category:
				yield _(
					"{0} receives {1} ({2}) and {3} receives {4} ({5}): one person holds one (Law Art. 15). End one of them by a Benefit Adjustment first."
				).format(
					two.source.name,
					one.category,
					one.entitlement,
					two.target.name,
					other.category,
					other.entitlement,
				)


def _unique_records(two: Pair) -> Iterator[str]:
	"""What there may be but one of for each person, by the DocTypes of this site."""
	for column in person_references.columns():
		if column.is_unique and all(column.rows(person.name) for person in two):
			yield _("Both have a record in “{0}”, of which there is one for each person.").format(
				_(column.doctype)
			)


# --- merging ------------------------------------------------------------------------------------------------------
def take_turns(source: str, target: str) -> None:
	"""Households first, then both persons: as whoever saves a household (turns.py)."""
	rows = frappe.get_all(
		MEMBER,
		filters={"recipient": ["in", [source, target]], "parenttype": HOUSEHOLD},
		pluck="parent",
		order_by="parent",
	)
	for household in dict.fromkeys(rows):
		turns.take((), household)
	turns.take([source, target])


def merge(log: str, source: str, target: str) -> int:
	"""Make ``source`` point to ``target`` and move what refers to it; ``log`` is the record the moves belong to.

	Returns how many rows were moved. Raises MergeRefused.
	"""
	take_turns(source, target)
	if found := what_forbids(source, target):
		frappe.throw(found if len(found) > 1 else found[0], MergeRefused, as_list=len(found) > 1)
	moves: list[tuple] = []
	stays = _leave_second_places(moves, source, target)
	for column in person_references.columns():
		rows = [name for name in column.rows(source) if (column.doctype, name) not in stays]
		person_references.move(column, rows, source, target)
		moves += [(column.doctype, name, column.field, source, target, MOVED) for name in rows]
	moves += [(doctype, name, "", source, source, STAYED) for doctype, name in sorted(stays)]
	moves += _fill_in(source, target)
	moves += _keep_number(source, target)
	_refresh(source, target)
	frappe.db.set_value(PERSON, source, {"status": MERGED, "merged_into": target})
	frappe.db.set_value(PERSON, target, "modified", now(), update_modified=False)
	_write(log, moves)
	_forget(source, target)
	return sum(move[-1] == MOVED for move in moves)


def _leave_second_places(moves: list[tuple], source: str, target: str) -> set[tuple[str, str]]:
	"""The rows that go on naming ``source``: where the same time or event is on record for ``target`` already.

	A household in which both live has one member less from today on; what was registered for past days stays as it was.
	"""
	stays: set[tuple[str, str]] = set()
	mine, others = (_places(person) for person in (source, target))
	for row in mine:
		if not any(_overlap(row, other) for other in others):
			continue
		stays.add((MEMBER, row.name))
		if not row.left_on or getdate(row.left_on) > getdate(today()):
			left = max(getdate(today()), getdate(row.joined_on))
			frappe.db.set_value(MEMBER, row.name, {"left_on": left, "leave_reason": "Other"})
			moves.append((MEMBER, row.name, "left_on", str(row.left_on or ""), str(left), MOVED))
			moves.append((MEMBER, row.name, "leave_reason", row.leave_reason or "", "Other", MOVED))
	known = {row.reason for row in _absences(target) if not row.absent_until}
	stays |= {
		(ABSENCE, row.name) for row in _absences(source) if not row.absent_until and row.reason in known
	}
	return stays


def _places(person: str) -> list[frappe._dict]:
	return frappe.get_all(
		MEMBER,
		filters={"recipient": person, "parenttype": HOUSEHOLD, "residence": terms.LIVING_TOGETHER},
		fields=["name", "parent", "joined_on", "left_on", "leave_reason"],
		order_by="name",
	)


def _overlap(one: frappe._dict, other: frappe._dict) -> bool:
	return not (
		(one.left_on and getdate(one.left_on) <= getdate(other.joined_on))
		or (other.left_on and getdate(other.left_on) <= getdate(one.joined_on))
	)


def _fill_in(source: str, target: str) -> list[tuple]:
	"""What only the record that is given up knows. The log names the field and not the value."""
	mine, others = (frappe.get_doc(PERSON, name) for name in (source, target))
	fields = [
		df.fieldname
		for df in others.meta.fields
		if df.fieldtype not in (*no_value_fields, *table_fields)
		and not df.is_virtual
		and df.fieldname not in NEVER_FILLED
		and mine.get(df.fieldname)
		and not others.get(df.fieldname)
	]
	if fields:
		frappe.db.set_value(PERSON, target, {field: mine.get(field) for field in fields})
	for field in set(fields) & sensitive.MASKS.keys():
		sensitive.keep(target, {field: sensitive.full_value(source, field)})
	return [(PERSON, target, field, "", "", MOVED) for field in fields]


def _keep_number(source: str, target: str) -> list[tuple]:
	"""The ID number that is given up is a former number of the person from now on."""
	number = sensitive.full_value(source, "id_number")
	if not number:
		return []
	frappe.db.set_value(sensitive.VAULT, source, "id_number", None)
	former = frappe.get_doc(
		{"doctype": sensitive.FORMER, "id_number": number, "recipient": target, "replaced_on": now()}
	).insert(ignore_permissions=True)
	return [(sensitive.FORMER, former.name, "id_number", "", "", MOVED)]


def _refresh(*persons: str) -> None:
	"""What households say of themselves because of their members and head."""
	rows = frappe.get_all(
		MEMBER,
		filters={"recipient": ["in", persons], "parenttype": HOUSEHOLD},
		pluck="parent",
		order_by="parent",
	)
	for name in dict.fromkeys(rows):
		household = frappe.get_doc(HOUSEHOLD, name)
		values = {
			"member_count": len(household.present_members()),
			"pinyin": frappe.db.get_value(PERSON, household.head, "pinyin"),
		}
		frappe.db.set_value(HOUSEHOLD, name, values)
		frappe.clear_document_cache(HOUSEHOLD, name)


def _forget(*persons: str) -> None:
	for name in persons:
		frappe.clear_document_cache(PERSON, name)
	frappe.local.dynamic_link_map = None


# --- the log ------------------------------------------------------------------------------------------------------
def _write(log: str, moves: Iterable[tuple]) -> None:
	stamp, user = now(), frappe.session.user
	fields = ["name", "creation", "modified", "owner", "modified_by", "merge", "row_doctype", "row_name"]
	fields += ["column_name", "before_value", "after_value", "state", "idx"]
	rows = [
		(frappe.generate_hash(length=10), stamp, stamp, user, user, log, *move, place)
		for place, move in enumerate(moves, 1)
	]
	if rows:
		frappe.db.bulk_insert(MOVE, fields, rows)


def moves_of(log: str, *states: str) -> list[frappe._dict]:
	return frappe.get_all(
		MOVE,
		filters={"merge": log, "state": ["in", states]},
		fields=["name", "row_doctype", "row_name", "column_name", "before_value", "after_value"],
		order_by="idx desc",
	)


# --- undoing ------------------------------------------------------------------------------------------------------
def what_forbids_undo(log: str, source: str, target: str) -> list[str]:
	"""The whole is not undone where one of the two has become somebody else since, or support goes on under a number
	that no longer tells the two apart."""
	two = pair(source, target)
	found = []
	if two.source.merged_into != target:
		found.append(_("{0} does not point to {1} any more.").format(source, target))
	if two.target.merged_into:
		found.append(
			_("{0} was merged into {1} since. Undo that merge first.").format(target, two.target.merged_into)
		)
	return [*found, *_goes_on(log)]


def _goes_on(log: str) -> Iterator[str]:
	moved = [row.row_name for row in moves_of(log, MOVED) if row.row_doctype == "Entitlement Share"]
	share, later = frappe.qb.DocType("Entitlement Share"), frappe.qb.DocType(entitlements.DOCTYPE)
	if not moved:
		return
	rows = (
		frappe.qb.from_(later)
		.join(share)
		.on(share.parent == later.previous_entitlement)
		.select(later.previous_entitlement, later.name)
		.where(share.name.isin(moved) & (later.docstatus == 1))
		.where(later.creation > frappe.db.get_value("Duplicate Candidate", log, "approved_on"))
		.distinct()
		.orderby(later.name)
		.run()
	)
	for earlier, name in rows:
		yield _("{0} goes on as {1} since the merge. Take that decision back first.").format(earlier, name)


def undo(log: str, source: str, target: str) -> tuple[int, list[str]]:
	"""Put back, row by row, what still is as the merge left it; returns how many, and what was kept and why."""
	take_turns(source, target)
	if found := what_forbids_undo(log, source, target):
		frappe.throw(found[0], MergeRefused)
	frappe.db.set_value(PERSON, source, {"status": "Active", "merged_into": None})
	states: dict[str, list[str]] = {REVERSED: [], KEPT: []}
	kept = []
	known = {(column.doctype, column.field): column for column in person_references.columns()}
	for row in moves_of(log, MOVED):
		column = known.get((row.row_doctype, row.column_name))
		if row.before_value == source and row.after_value == target:
			done = bool(column) and _put_back_link(column, row.row_name, source, target)
		else:
			done = _put_back_value(row, source, target)
		states[REVERSED if done else KEPT].append(row.name)
		if not done:
			kept.append(f"{_(row.row_doctype)} {row.row_name}")
	for state, names in states.items():
		if names:
			frappe.db.set_value(MOVE, {"name": ["in", names]}, "state", state)
	_settle_state(source)
	_refresh(source, target)
	_forget(source, target)
	return len(states[REVERSED]), kept


def _put_back_link(column: Column, name: str, source: str, target: str) -> bool:
	if not column.rows(target, name):
		return False
	person_references.move(column, [name], target, source)
	return True


def _put_back_value(row: frappe._dict, source: str, target: str) -> bool:
	if row.row_doctype == sensitive.FORMER:
		return _give_number_back(row.row_name, source, target)
	if row.row_doctype == PERSON:
		return _empty_again(row.column_name, source, target)
	stored = frappe.db.get_value(row.row_doctype, row.row_name, row.column_name)
	if str(stored or "") != row.after_value:
		return False
	frappe.db.set_value(row.row_doctype, row.row_name, row.column_name, row.before_value or None)
	return True


def _give_number_back(former: str, source: str, target: str) -> bool:
	found = frappe.db.get_value(sensitive.FORMER, former, ["id_number", "recipient"], as_dict=True)
	# by the order of the log the number is still the other's when it is given back
	if not found or found.recipient not in (source, target):
		return False
	frappe.db.delete(sensitive.FORMER, {"name": former})
	frappe.db.set_value(sensitive.VAULT, source, "id_number", found.id_number)
	return True


def _empty_again(field: str, source: str, target: str) -> bool:
	"""A fact that the merge filled in, and that still says the same."""
	df = frappe.get_meta(PERSON).get_field(field)
	mine, others = (frappe.db.get_value(PERSON, name, field) for name in (source, target))
	if not df or mine != others:
		return False
	if field in sensitive.MASKS:
		if sensitive.full_value(source, field) != sensitive.full_value(target, field):
			return False
		sensitive.keep(target, {field: ""})
	frappe.db.set_value(PERSON, target, field, 0 if df.fieldtype in ("Check", "Int", "Float") else None)
	return True


def _settle_state(person: str) -> None:
	"""The state that follows from the events on record, as every save has it."""
	doc = frappe.get_doc(PERSON, person)
	doc.follow_events()
	frappe.db.set_value(PERSON, person, "status", doc.status)


# --- what came later ----------------------------------------------------------------------------------------------
def move_stragglers() -> int:
	"""Nightly, and after a merge: rows that were being written about a person while the merge ran; returns how many.

	Safe to run again. What the merge left where it was stays.
	"""
	merges = frappe.get_all(
		"Duplicate Candidate",
		filters={"status": MERGED},
		fields=["name", "person", "other", "survivor"],
		order_by="name",
	)
	moved = 0
	for log in merges:
		source = log.other if log.survivor == log.person else log.person
		target = frappe.db.get_value(PERSON, source, "merged_into")
		if not target:
			continue
		stays = {(row.row_doctype, row.row_name) for row in moves_of(log.name, STAYED)}
		found = []
		for column in person_references.columns():
			rows = [name for name in column.rows(source) if (column.doctype, name) not in stays]
			person_references.move(column, rows, source, target)
			found += [(column.doctype, name, column.field, source, target, MOVED) for name in rows]
		if found:
			_write(log.name, found)
			_refresh(source, target)
		moved += len(found)
	return moved
