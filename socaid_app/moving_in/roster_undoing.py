"""A written roster taken back, family by family: reversed, or kept because it was used since.

It was entered by mistake and nobody was paid, visited or decided about by it: what is reversed is gone, and only the
import says that it was there. A family of which anything was used stays whole, with what used it.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import cint
from pypika.terms import Tuple

from socaid_app.casework import background
from socaid_app.moving_in import roster_records as rosters
from socaid_app.moving_in import roster_uses
from socaid_app.moving_in.roster_records import FAILED, KEPT, REVERSED, ROW, WRITTEN_ROW
from socaid_app.moving_in.roster_uses import ENTITLEMENT, Made
from socaid_app.moving_in.roster_writing import (
	MADE_BENEFIT,
	MADE_HOUSEHOLD,
	MADE_MEMBER,
	MADE_PERSON,
	MEMBER,
	SHARE,
	count_members,
	lock_homes,
	update_rows,
)
from socaid_app.permissions.sensitive import VAULT
from socaid_app.socaid_app import entitlements, turns
from socaid_app.socaid_app.registry import EVENT, HOUSEHOLD, PERSON

# Families at once: what refers to them is asked of every table, whose number does not depend on theirs.
CHUNK = 10_000
SAVEPOINT = "undoing"


def begin(doc: Document) -> None:
	"""What was kept or failed before is tried again."""
	table = frappe.qb.DocType(ROW)
	(
		frappe.qb.update(table)
		.set(table.status, WRITTEN_ROW)
		.set(table.reason, None)
		.where((table.roster_import == doc.name) & table.status.isin((KEPT, FAILED)))
		.run()
	)


def chunk(name: str, memory: dict) -> bool:
	"""Take back the next families; False when there are no more."""
	doc = background.locked(rosters.DOCTYPE, name, rosters.UNDOING)
	if not doc:
		return False
	families = _next(doc)
	if not families:
		_finish(doc)
		return False
	lock_homes({name for family in families for name in (*family.homes, *family.touched)})
	turns.take(person for family in families for person in family.persons)
	asked = memory.get("columns") or memory.setdefault("columns", roster_uses.columns())
	used = roster_uses.of(families, doc.name, asked)
	kept = {family.number: _why(family, used) for family in families}
	free = [family for family in families if not kept[family.number]]
	failed = _reverse(free)
	_note(doc, families, kept, failed)
	background.keep(doc, looked_at=families[-1].number)
	return True


def _next(doc: Document) -> list[Made]:
	table = frappe.qb.DocType(ROW)
	rows = (
		frappe.qb.from_(table)
		.select(table.name, table.group_no, table.recipient, table.household, table.entitlement, table.made)
		.where(
			(table.roster_import == doc.name)
			& (table.status == WRITTEN_ROW)
			& (table.group_no > cint(doc.looked_at))
			& (table.group_no <= cint(doc.looked_at) + CHUNK)
		)
		.orderby(table.group_no, table.row_no)
		.run(as_dict=True)
	)
	if not rows and cint(doc.looked_at) < cint(doc.to_look_at):
		# a stretch of families that were not written
		doc.looked_at = cint(doc.looked_at) + CHUNK
		return _next(doc)
	found: dict[int, Made] = {}
	for row in rows:
		family = found.setdefault(row.group_no, Made(row.group_no))
		family.rows.append(row.name)
		made = (row.made or "").split()
		if MADE_PERSON in made:
			family.persons.add(row.recipient)
		if MADE_HOUSEHOLD in made:
			family.homes.add(row.household)
		if MADE_BENEFIT in made:
			family.benefits.add(row.entitlement)
		if MADE_MEMBER in made:
			family.joined.add((row.household, row.recipient))
		if row.household and {MADE_BENEFIT, MADE_MEMBER} & set(made):
			family.touched.add(row.household)
	for family in found.values():
		family.touched -= family.homes
	return list(found.values())


def _why(family: Made, used: dict[str, str]) -> str:
	"""What keeps a family, '' when nothing does."""
	for name in (*sorted(family.persons), *sorted(family.homes), *sorted(family.benefits)):
		if name in used:
			return f"{name}：{used[name]}"
	return ""


def _reverse(families: list[Made]) -> dict[int, str]:
	"""Returns why which families could not be taken back; one that cannot holds up no other."""
	if not families:
		return {}
	frappe.db.savepoint(SAVEPOINT)
	try:
		_delete(families)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception as error:
		frappe.db.rollback(save_point=SAVEPOINT)
		if len(families) == 1:
			return {families[0].number: str(error)[:500]}
		half = len(families) // 2
		return _reverse(families[:half]) | _reverse(families[half:])
	return {}


def _delete(families: list[Made]) -> None:
	persons = sorted({name for family in families for name in family.persons})
	homes = sorted({name for family in families for name in family.homes})
	benefits = sorted({name for family in families for name in family.benefits})
	_delete_where(SHARE, "parent", benefits, parenttype=ENTITLEMENT)
	_delete_where(ENTITLEMENT, "name", benefits)
	_delete_joined(sorted({pair for family in families for pair in family.joined}))
	_delete_where(EVENT, "household", homes)
	_delete_where(MEMBER, "parent", homes, parenttype=HOUSEHOLD)
	_delete_where(HOUSEHOLD, "name", homes)
	_delete_where(VAULT, "recipient", persons)
	_delete_where(PERSON, "name", persons)
	touched = {name for family in families for name in family.touched}
	count_members(sorted(touched))
	entitlements.refresh_households(list(touched))


def _delete_joined(pairs: list[tuple[str, str]]) -> None:
	"""Whoever was written into a household that stays."""
	if not pairs:
		return
	member, event = frappe.qb.DocType(MEMBER), frappe.qb.DocType(EVENT)
	theirs = Tuple(member.parent, member.recipient).isin(pairs)
	frappe.qb.from_(member).delete().where((member.parenttype == HOUSEHOLD) & theirs).run()
	theirs = Tuple(event.household, event.recipient).isin(pairs)
	frappe.qb.from_(event).delete().where((event.event == "Member Joined") & theirs).run()


def _delete_where(doctype: str, column: str, names: list[str], **more: str) -> None:
	if names:
		conditions = "".join(f" and `{name}` = %({name})s" for name in more)
		# Raw SQL: the query builder takes longer over thousands of names than the database over the rows.
		frappe.db.sql(
			f"delete from `tab{doctype}` where `{column}` in %(names)s{conditions}", {"names": names, **more}
		)


def _note(doc: Document, families: list[Made], kept: dict[int, str], failed: dict[int, str]) -> None:
	"""What became of each row; those that were reversed refer to nothing any more."""
	stays = {number: (KEPT, reason) for number, reason in kept.items() if reason}
	stays |= {number: (FAILED, reason) for number, reason in failed.items()}
	update_rows(
		("status", "reason"),
		[(name, *stays[each.number]) for each in families if each.number in stays for name in each.rows],
	)
	table = frappe.qb.DocType(ROW)
	(
		frappe.qb.update(table)
		.set(table.status, REVERSED)
		.set(table.reason, None)
		.set(table.recipient, None)
		.set(table.household, None)
		.set(table.entitlement, None)
		.set(table.made, None)
		.where(
			(table.roster_import == doc.name)
			& (table.status == WRITTEN_ROW)
			& table.group_no[families[0].number : families[-1].number]
		)
		.run()
	)


def _finish(doc: Document) -> None:
	figures = {
		"rows_reversed": rosters.count(doc, REVERSED),
		"rows_kept": rosters.count(doc, KEPT),
		"rows_failed": rosters.count(doc, FAILED),
	}
	if not (figures["rows_kept"] or figures["rows_failed"]):
		rosters.clear(doc)
	background.finish(doc, rosters.UNDONE, looked_at=doc.to_look_at, **figures)
