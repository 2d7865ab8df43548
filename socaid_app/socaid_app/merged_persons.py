"""A person registered twice: the record that no longer counts, and the one it points to.

A merge (person_merge.py) keeps both records. The one that was given up is closed and names the other, so that old
letters, logs and links still find the person. Frappe's own merge of two names would delete it with its facts, rewrite
frozen lists and signed letters, and could not be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form

PERSON = "Recipient"
MERGED = "Merged"


class PersonWasMerged(frappe.ValidationError):
	pass


def standing(persons: Iterable[str]) -> dict[str, str]:
	"""Those among ``persons`` who were merged, with the person who stands for them now."""
	names = {name for name in persons if name}
	found = _merged_into(names)
	while further := _merged_into(found.values()):
		found = {name: further.get(target, target) for name, target in found.items()}
	return found


def _merged_into(names: Iterable[str]) -> dict[str, str]:
	names = set(names)
	# every save of every record asks, and most name nobody new
	if not names:
		return {}
	rows = frappe.get_all(
		PERSON,
		filters={"name": ["in", sorted(names)], "merged_into": ["is", "set"]},
		fields=["name", "merged_into"],
		order_by="name",
		as_list=True,
	)
	return dict(rows)


def renamed(value, moved: dict[str, str]):
	"""A frozen JSON as it is read today, with the names of :func:`standing` in place of those who were merged."""
	if isinstance(value, dict):
		return {moved.get(key, key): renamed(item, moved) for key, item in value.items()}
	if isinstance(value, list):
		return [renamed(item, moved) for item in value]
	return moved.get(value, value) if isinstance(value, str) else value


def refuse(doc: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of every record: nothing new is written about a record that was merged away."""
	if frappe.flags.in_install or frappe.flags.in_migrate:
		return
	before = doc.get_doc_before_save()
	named = _persons_named(doc) - (_persons_named(before) if before else set())
	for name, target in standing(named).items():
		title = frappe.db.get_value(PERSON, name, "full_name")
		frappe.throw(
			_("{0} ({1}) was registered twice and merged. Use the record that stays: {2}.").format(
				title, name, get_link_to_form(PERSON, target)
			),
			PersonWasMerged,
		)


def _persons_named(doc: Document) -> set[str]:
	rows = [doc, *doc.get_all_children()]
	return {row.get(field) for row in rows for field in _person_fields(row.doctype) if row.get(field)} - {
		doc.name
	}


def _person_fields(doctype: str) -> list[str]:
	"""Its links to a person; ``merged_into`` names the record that stays and is set by the merge alone."""
	return [
		df.fieldname
		for df in frappe.get_meta(doctype).get_link_fields()
		if df.options == PERSON and (doctype, df.fieldname) != (PERSON, "merged_into")
	]
