"""The same person on the same matter: found on recording, shown with its history.

The same person is the same telephone, the same name in the same village, the same person on file or the same
household. The same matter is the same category and kind of matter, and texts that share their words
(policy/petitions.py). Nothing is compared across the boundary of secrecy: a normal petition must not tell that
an accusation exists.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from socaid_app.petition_desk import secrecy
from socaid_app.policy import petitions as law

HISTORY_FIELDS = (
	"name",
	"petition_number",
	"subject",
	"status",
	"category",
	"matter",
	"received_on",
	"answered_on",
	"decision",
	"final",
)


def mark(petition: Document) -> None:
	"""From ``validate``: whether this repeats an earlier petition, and which was the first."""
	earlier = earlier_on_the_matter(petition)
	petition.is_repeat = int(bool(earlier))
	petition.repeat_of = earlier[0].name if earlier else None


def earlier_on_the_matter(petition: Document) -> list[frappe._dict]:
	"""Earlier petitions of the same person on the same matter, the oldest first."""
	text = _text(petition)
	return [
		row
		for row in of_the_same_person(petition)
		if row.matter == petition.matter
		and row.category == petition.category
		and law.same_matter(text, _text(row))
		and (not petition.restricted or _as_visible(row.name, petition))
	]


def _text(petition) -> str:
	return " ".join(part for part in (petition.subject, petition.demand, petition.content) if part)


def _as_visible(earlier: str, petition: Document) -> bool:
	"""Whether whoever may know of this accusation may know of the earlier one: nobody more stands accused there."""

	def accused(rows) -> set:
		return {(row.user or "", row.accused_name or "", row.unit_division or "") for row in rows}

	return accused(secrecy.accused_of(earlier)) <= accused(petition.accused)


def of_the_same_person(petition: Document, later: bool = False) -> list[frappe._dict]:
	"""Other petitions of the same person on the same side of the boundary, the oldest first; ``later`` ones too."""
	alike = _same_person(petition)
	if not alike:
		return []
	table = frappe.qb.DocType(secrecy.PETITION)
	condition = None
	for group in alike:
		one = None
		for field, value in group.items():
			one = (table[field] == value) if one is None else one & (table[field] == value)
		condition = one if condition is None else condition | one
	query = (
		frappe.qb.from_(table)
		.select(*[table[field] for field in HISTORY_FIELDS], table.demand, table.content)
		.where(condition)
		.where(table.restricted == int(secrecy.is_restricted(petition.category)))
		.where(table.name != (petition.name or ""))
		.where(table.status != law.JOINED)
		.orderby(table.received_on, table.creation)
	)
	if not later:
		query = query.where(table.received_on <= getdate(petition.received_on))
	return query.run(as_dict=True)


def _same_person(petition: Document) -> list[dict]:
	found = [
		{field: petition.get(field)} for field in ("phone", "recipient", "household") if petition.get(field)
	]
	if petition.petitioner_name and petition.division:
		found.append({"petitioner_name": petition.petitioner_name, "division": petition.division})
	return found


def history(doc: Document) -> list[dict]:
	"""Other petitions of the same person that the session's user may read, the latest first."""
	rows = of_the_same_person(doc)
	readable = secrecy.visible(row.name for row in rows)
	return [
		{field: row[field] for field in HISTORY_FIELDS}
		| {"same_matter": row.matter == doc.matter and law.same_matter(_text(doc), _text(row))}
		for row in reversed(rows)
		if row.name in readable
	]


def final_before(petition: Document) -> str | None:
	"""The rechecked petition of the same person on the same facts, which ends the matter (Art. 36)."""
	return next((row.name for row in earlier_on_the_matter(petition) if row.final), None)
