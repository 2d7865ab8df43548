"""The import of a roster as a record: its states, how far it has come, and the rows that wait beside it.

The rows hold full numbers until they are written. No role has any permission on their table, and what is written,
given up or undone leaves no number in it (:func:`forget_numbers`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import frappe
from frappe import _
from frappe.model.document import Document

from socaid_app.comparison.headings import UnreadableReply
from socaid_app.moving_in import roster_rows
from socaid_app.moving_in.roster_judging import Household
from socaid_app.moving_in.roster_rows import Problem, Row
from socaid_app.permissions import files

DOCTYPE, ROW, MAPPING = "Roster Import", "Roster Import Row", "Roster Column Mapping"
IMPORT, REVIEW = "Import Rosters", "Review Rosters"
DRAFTED, CHECKING, CHECKED, HANDED, WRITING, WRITTEN, UNDOING, UNDONE, CLOSED, GIVEN_UP = (
	"Roster Drafted",
	"Roster Being Checked",
	"Roster Checked",
	"Roster Handed Over",
	"Roster Being Written",
	"Roster Written",
	"Roster Being Undone",
	"Roster Undone",
	"Roster Closed",
	"Roster Given Up",
)
# While a job works on it.
AT_WORK = (CHECKING, WRITING, UNDOING)
READY, THERE, STOPPED, WRITTEN_ROW, REVERSED, KEPT, FAILED = (
	"Row Ready",
	"Row There Already",
	"Row Stopped",
	"Row Written",
	"Row Reversed",
	"Row Kept",
	"Row Not Reversed",
)
# So many families are looked at, written or undone in one transaction.
CHUNK = 500


class RosterRefused(frappe.ValidationError):
	pass


def path_of(doc: Document) -> Path:
	"""Where the roster lies: a private file of this very record. Raises UnreadableReply."""
	if path := files.attached(doc, "roster_file"):
		return path
	raise UnreadableReply(_("The file is not attached to this import as a private file. Attach it again."))


# --- rows ---------------------------------------------------------------------------------------------------------
def content(row: Row) -> str:
	return json.dumps(roster_rows.stored(row), ensure_ascii=False)


def said(problems: Iterable[Problem]) -> str:
	return json.dumps(
		[[each.kind, each.field, each.text, int(each.doubtful), int(each.note)] for each in problems],
		ensure_ascii=False,
	)


def problems_of(text: str | None) -> list[Problem]:
	return [
		Problem(kind, field, words, bool(doubtful), bool(note))
		for kind, field, words, doubtful, note in json.loads(text or "[]")
	]


def families(doc: Document, after: int, status: str) -> list[tuple[int, Household, dict[int, frappe._dict]]]:
	"""The next families of which a row has ``status``: number, rows as they were read, and as they are stored."""
	table = frappe.qb.DocType(ROW)
	groups = (
		frappe.qb.from_(table)
		.select(table.group_no)
		.distinct()
		.where((table.roster_import == doc.name) & (table.status == status) & (table.group_no > after))
		.orderby(table.group_no)
		.limit(CHUNK)
		.run()
	)
	if not groups:
		return []
	by_group: dict[int, list[frappe._dict]] = {}
	for row in frappe.get_all(
		ROW,
		filters=[
			["roster_import", "=", doc.name],
			["group_no", ">=", groups[0][0]],
			["group_no", "<=", groups[-1][0]],
		],
		fields=["name", "row_no", "group_no", "status", "content", "problems"],
		order_by="group_no, row_no",
	):
		by_group.setdefault(row.group_no, []).append(row)
	return [
		(
			number,
			Household(str(number), [_restored(row) for row in by_group[number]]),
			{row.row_no: row for row in by_group[number]},
		)
		for (number,) in groups
	]


def _restored(row: frappe._dict) -> Row:
	return Row(row.row_no, roster_rows.restored(json.loads(row.content or "{}")), problems_of(row.problems))


def count(doc: Document, *statuses: str) -> int:
	return frappe.db.count(ROW, {"roster_import": doc.name, "status": ["in", statuses]})


def forget_numbers(doc: Document) -> None:
	"""What was in the cells is needed no longer; which records came of a row is."""
	table = frappe.qb.DocType(ROW)
	frappe.qb.update(table).set(table.content, None).where(table.roster_import == doc.name).run()


def clear(doc: Document) -> None:
	frappe.db.delete(ROW, {"roster_import": doc.name})
