"""What two hands changed at once, brought together; nothing here knows of Frappe.

A field is judged by its version, a table row by row. What both changed differently is left as it stands and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

KEY = "name"


@dataclass(frozen=True)
class Collision:
	"""A row (by its key) that both changed; None where one of them removed it or it was not there."""

	key: str
	mine: Mapping | None
	theirs: Mapping | None
	base: Mapping | None


def version_reached(pulled: int, steps: Iterable[tuple[int, int]]) -> int:
	"""The version a device knows of: what it pulled, moved on by what its own earlier items (from, to) made of it."""
	reached = pulled
	for before, after in steps:
		if before == reached:
			reached = after
	return reached


def changed_rows(base: Iterable[Mapping], mine: Iterable[Mapping]) -> set[str]:
	"""Keys of the rows that ``mine`` has changed, added or removed."""
	was, sent = ({row[KEY]: row for row in rows} for rows in (base, mine))
	return {key for key in {*was, *sent} if was.get(key) != sent.get(key)}


def merge_rows(
	base: Iterable[Mapping], here: Iterable[Mapping], mine: Iterable[Mapping]
) -> tuple[list[Mapping], list[Collision]]:
	"""Rows that stand after ``mine``, changed from ``base``, met ``here``; and what collided.

	Rows are dicts with a stable ``name``. The order is that of ``here``, new rows of ``mine`` behind it.
	"""
	was, stands, sent = ({row[KEY]: row for row in rows} for rows in (base, here, mine))
	rows, collisions = [], []
	for key in dict.fromkeys((*stands, *sent, *was)):
		old, now, new = was.get(key), stands.get(key), sent.get(key)
		if new in (now, old):
			kept = now
		elif now == old:
			kept = new
		else:
			kept = now
			collisions.append(Collision(key, new, now, old))
		if kept is not None:
			rows.append(kept)
	return rows, collisions
