"""Whose turn it is with a person: what is asked of somebody and then written is locked in between.

A person lives in one household and holds one basic living benefit. Both are asked of other tables before they are
written, so that two requests at the same time would each find nothing. Whoever is about to write takes the turn of
the persons concerned first, in one order, and waits for the other.

MariaDB shows a transaction what was committed when it began to read, also after it has waited for a lock. The number
of the turn is therefore read twice, as this transaction sees it and as it is: where they differ, what was found is
out of date. Reading the other tables with locks instead would lock the gaps between their rows, in which every new
family is entered.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _

from socaid_app.casework.waiting import ChangedMeanwhile

PERSON, HOUSEHOLD = "Recipient", "Recipient Household"


def take(persons: Iterable[str], household: str | None = None) -> None:
	"""Lock the household, then the persons, until the end of the transaction.

	Raises ChangedMeanwhile when somebody else had a turn with one of them since this transaction began to read.
	"""
	names = sorted({name for name in persons if name})
	if household:
		# whoever saves a household locks it before its members
		frappe.db.get_value(HOUSEHOLD, household, "name", for_update=True)
	if not names:
		return
	# Raw SQL: a roster takes the turn of thousands, and the query builder would take longer than the database.
	asked = f"select name, turn, full_name from `tab{PERSON}` where name in %s order by name"
	seen = {row[0]: row[1] for row in frappe.db.sql(asked, (names,))}
	locked = frappe.db.sql(f"{asked} for update", (names,))
	changed = [name for person, turn, name in locked if seen.get(person) != turn]
	if changed:
		frappe.throw(
			_(
				"The household or benefit of {0} was changed by somebody else a moment ago. Reload and do it again."
			).format("、".join(changed)),
			ChangedMeanwhile,
		)
	frappe.db.sql(f"update `tab{PERSON}` set turn = turn + 1 where name in %s", (names,))


def keep(person) -> None:
	"""A person's record that is saved keeps the number of the turn: its form may be older."""
	person.turn = frappe.db.get_value(PERSON, person.name, "turn", for_update=True) or 0
