"""Whose turn it is with a record: what is asked of other tables and then written is locked in between.

Frappe locks the record it saves. What a save asks of *other* records – is there a notice about this case already,
has the petition had its review, may the guide be replaced – two requests ask at the same time, and each finds nothing.
A DocType therefore says in ``TURNS`` whose turn a save takes (casework/records.py), and the two wait for each other.

MariaDB shows a transaction what was committed when it began to read, also after it has waited. The number of a turn
is therefore looked at before and after: where somebody else had the turn in between, what was found is out of date,
and the save is refused. Turns are kept in a table of their own, because a record that does not exist yet has no row
to lock, and because many records are asked about that are not themselves written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr

TABLE = "Record Turn"
Subject = tuple[str, ...]
NAME_LENGTH = 140


class ChangedMeanwhile(frappe.ValidationError):
	"""What the decision rests on was written by somebody else; the message says whose record."""


def subjects(doc: Document) -> Iterator[Subject]:
	"""What a save of ``doc`` takes the turn of: (DocType, name), or (DocType, value, …) of a group of fields.

	An entry of ``TURNS`` is ``name``, a link, or several fields in which no two records may agree.
	"""
	for entry in doc.TURNS:
		fields = (entry,) if isinstance(entry, str) else entry
		values = [cstr(doc.get(field)) for field in fields]
		if not any(values):
			continue
		link = doc.meta.get_field(entry) if isinstance(entry, str) else None
		yield (link.options if link else doc.doctype, *values)


def take(wanted: Iterable[Subject]) -> None:
	"""Take these turns, in one order, until the end of the transaction.

	Raises ChangedMeanwhile when somebody else had one of them since this transaction began to read.
	"""
	for subject in sorted(set(wanted)):
		key = _key(subject)
		seen = _turn(key)
		_raise_number(key)
		if _turn(key) != seen + 1:
			frappe.throw(
				_(
					"{0} {1}: somebody else was working on this a moment ago. Reload, look at it again, and repeat the step."
				).format(_(subject[0]), " ".join(subject[1:])),
				ChangedMeanwhile,
			)


@contextmanager
def or_later() -> Iterator[None]:
	"""For the records of a nightly job: one that somebody is working on is left for the next run."""
	name = f"turn_{frappe.generate_hash(length=8)}"
	frappe.db.savepoint(name)
	try:
		yield
	except (ChangedMeanwhile, frappe.TimestampMismatchError):
		frappe.db.rollback(save_point=name)
		frappe.clear_last_message()


def _key(subject: Subject) -> str:
	key = ":".join(subject)
	return key if len(key) <= NAME_LENGTH else sha256(key.encode()).hexdigest()


def _turn(key: str) -> int:
	table = frappe.qb.DocType(TABLE)
	rows = frappe.qb.from_(table).select(table.turn).where(table.name == key).run()
	return rows[0][0] if rows else 0


def _raise_number(key: str) -> None:
	table = frappe.qb.DocType(TABLE)
	(
		frappe.qb.into(table)
		.columns(table.name, table.turn)
		.insert(key, 1)
		.on_duplicate_key_update(table.turn, table.turn + 1)
		.run()
	)
