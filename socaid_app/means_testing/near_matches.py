"""Whom a row may be about whose number is missing, damaged or wrong: proposed with its score, accepted by a person only.

The linkage (comparison/linkage.py) proposes, of the persons that were asked about and nobody else. What is accepted is
compared as if the number had been right; a row is one person's, so the others it was proposed for are rejected with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import frappe
from frappe.model.document import Document
from frappe.utils import now

from socaid_app.comparison import linkage
from socaid_app.comparison.data_sources import Source
from socaid_app.comparison.kinds import column

DOCTYPE = "Comparison Candidate"
OPEN, ACCEPTED, REJECTED = "Candidate Open", "Candidate Accepted", "Candidate Rejected"
ROWS_AT_ONCE = 500
MISSING = "（缺）"


def apply_accepted(connection, request: str) -> None:
	"""The rows that people have given to somebody, before the rules are asked."""
	for row in frappe.get_all(
		DOCTYPE,
		filters={"request": request, "status": ACCEPTED},
		fields=["row_no", "recipient"],
		order_by="row_no",
	):
		connection.execute(
			"update rows set person = ? where row_no = ? and person is null", [row.recipient, row.row_no]
		)


def propose(connection, doc: Document, source: Source, asked: dict[str, frappe._dict], mask) -> int:
	"""Keep whom the unmatched rows may be about; what is there already, stays. Raises LibraryMissing."""
	((open_rows,),) = connection.execute("select count(*) from rows where person is null").fetchall()
	if not open_rows:
		return 0
	table = linkage.candidates(connection)
	found = connection.execute(
		f"select row_no, person, score, parts from {table} order by row_no, person"
	).fetchall()
	for at in range(0, len(found), ROWS_AT_ONCE):
		batch = found[at : at + ROWS_AT_ONCE]
		says = _reply_says(connection, source, [row_no for row_no, *_rest in batch], mask)
		known = _register_says([person for _row, person, *_rest in batch])
		_insert([_values(doc, one, says, known[one[1]], asked[one[1]]) for one in batch])
	return frappe.db.count(DOCTYPE, {"request": doc.name})


def _values(doc: Document, found: tuple, says: dict, known: frappe._dict, asked: frappe._dict) -> dict:
	row_no, person, score, parts = found
	stamp = {"creation": now(), "modified": now(), "owner": doc.asked_by, "modified_by": doc.asked_by}
	return {
		"name": f"{doc.name}-{row_no}-{person}",
		**stamp,
		"docstatus": 0,
		"request": doc.name,
		"row_no": row_no,
		"recipient": person,
		"person_name": known.full_name,
		"household": asked.household or doc.household,
		"status": OPEN,
		"score": score,
		"division": known.division,
		"township": known.township,
		"reply_says": says[row_no],
		"register_says": known.text,
		"parts": "\n".join(_part_lines(json.loads(parts))),
	}


def _part_lines(parts: list[dict]) -> Iterable[str]:
	for part in parts:
		yield f"{part['field']}：{part['said']}　{part['weight']:+.2f}"


def _reply_says(connection, source: Source, row_numbers: list[int], mask) -> dict[int, str]:
	"""Row → its cells, each with the heading that people know; the number as far as it may be shown."""
	wanted = [one for one in source.fields if one.name != "name"]
	columns = "".join(f", cast({column(one.name)} as varchar)" for one in wanted)
	rows = connection.execute(
		f"select row_no, name, cast(born_on as varchar), id_text {columns} from rows where list_contains(?, row_no)",
		[row_numbers],
	).fetchall()
	return {
		row_no: "\n".join(
			f"{label}：{MISSING if value in (None, '') else value}"
			for label, value in (
				("姓名", name),
				("出生日期", born),
				("身份证号", mask(number) if number else None),
				*((one.label, one.meanings.get(cell, cell)) for one, cell in zip(wanted, cells, strict=True)),
			)
		)
		for row_no, name, born, number, *cells in rows
	}


def _register_says(people: list[str]) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		"Recipient",
		filters={"name": ["in", people]},
		fields=["name", "full_name", "birth_date", "id_number", "division", "township"],
		order_by="name",
	)
	for row in rows:
		row.text = "\n".join(
			f"{label}：{value or MISSING}"
			for label, value in (
				("姓名", row.full_name),
				("出生日期", row.birth_date),
				("身份证号", row.id_number),
			)
		)
	return {row.name: row for row in rows}


def _insert(rows: list[dict]) -> None:
	"""A job that begins again proposes the same; what was decided meanwhile stays decided."""
	frappe.db.bulk_insert(
		DOCTYPE, list(rows[0]), [tuple(row.values()) for row in rows], ignore_duplicates=True
	)
