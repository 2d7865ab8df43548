"""The members of a household or an application: what their relation to the head cannot be."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.policy import plausible, terms

HEADS = ("01", terms.HEAD)


class WrongKinship(frappe.ValidationError):
	pass


def check(doc: Document, method: str | None = None) -> None:
	"""Hook ``validate``: refuses what is impossible in a row that is entered or changed, asks about what is odd.

	What was stored before stays savable; it is checked again when its row, or the head, changes.
	"""
	head = next((row for row in doc.members if row.kinship in HEADS and not row.get("left_on")), None)
	if not head:
		return
	rows = [row for row in doc.members if row is not head and row.kinship not in HEADS]
	before = doc.get_doc_before_save()
	if before:
		known = {(row.recipient, row.kinship) for row in before.members}
		if (head.recipient, head.kinship) in known:
			rows = [row for row in rows if (row.recipient, row.kinship) not in known]
	rows = [row for row in rows if row.recipient and not row.get("left_on")]
	if not rows:
		return
	persons = {
		person.name: person
		for person in frappe.get_all(
			"Recipient",
			filters={"name": ["in", [head.recipient, *(row.recipient for row in rows)]]},
			fields=["name", "full_name", "sex", "birth_date"],
			order_by=None,
		)
	}
	found = [doubt for row in rows for doubt in _doubts(row, persons, persons.get(head.recipient))]
	if impossible := [doubt.text for doubt in found if doubt.impossible]:
		frappe.throw(
			_(
				"The relation to the head cannot be right: {0}. Correct the relation, or the person's ID number."
			).format("；".join(impossible)),
			WrongKinship,
		)
	if found:
		frappe.msgprint(
			_("Compare with the household register: {0}.").format("；".join(doubt.text for doubt in found)),
			title=_("Is this right?"),
			indicator="orange",
		)


def _doubts(row: Document, persons: dict, head) -> list[plausible.Doubt]:
	person = persons.get(row.recipient)
	if not (person and head):
		return []
	return plausible.doubts(
		row.kinship or "",
		person.full_name,
		person.sex or "",
		person.birth_date and getdate(person.birth_date),
		head.sex or "",
		head.birth_date and getdate(head.birth_date),
		getdate(today()),
	)
