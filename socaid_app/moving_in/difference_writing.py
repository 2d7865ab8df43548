"""Differences written by the identity of their fact: the same one again is the same task, seen once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from socaid_app.casework import assignments, duties, number_series, records, row_sets
from socaid_app.frappe_versions import aggregate
from socaid_app.moving_in.reconciliation_records import (
	AT_ONCE,
	CHECKED,
	DIFFERENCE,
	ENDED,
	GONE,
	MEASURED,
	OPEN,
	RECONCILE,
	REGISTRY_WAS_RIGHT,
	SIGHTING,
	WAITING,
	of_reconciliation,
)
from socaid_app.socaid_app import rules

WRITTEN = (
	"title",
	"kind",
	"aspect",
	"differing",
	"person_name",
	"number_mask",
	"money",
	"division",
	"township",
	"recipient",
	"household",
	"head_name",
	"entitlement",
	"list_says",
	"register_says",
	"hint",
	"row_numbers",
	"fact",
)
SEEN = ("reconciliation", "month", "row_numbers", "list_says", "register_says")


def write(doc: Document, tasks: dict[str, dict]) -> tuple[int, int]:
	"""New tasks, and those known already seen once more; returns how many of each."""
	there = _there(list(tasks))
	new = [identity for identity in tasks if identity not in there]
	names = dict(zip(new, number_series.names(DIFFERENCE, len(new)), strict=True))
	_insert(doc, tasks, names)
	for key, row in there.items():
		if changes := _seen_again(doc, row, tasks[key]):
			frappe.db.set_value(DIFFERENCE, row.name, changes)
	names |= {key: row.name for key, row in there.items()}
	_note_sightings(doc, tasks, names)
	assignments.share_out(
		DIFFERENCE, _without_officer(list(names.values())), duties.roles_of(RECONCILE), WAITING
	)
	return len(new), len(there)


def _there(identities: list[str]) -> dict[str, frappe._dict]:
	found = {}
	for at in range(0, len(identities), AT_ONCE):
		for row in frappe.get_all(
			DIFFERENCE,
			filters={"identity": ["in", identities[at : at + AT_ONCE]]},
			fields=["name", "identity", "status", "month", "fact", "measure", "times_reopened"],
			order_by="name",
		):
			found[row.identity] = row
	return found


def _insert(doc: Document, tasks: dict[str, dict], names: dict[str, str]) -> None:
	due = handle_by()
	columns = (
		"name",
		"docstatus",
		"identity",
		"status",
		"due_on",
		"layout",
		"reconciliation",
		"month",
		"first_month",
		*WRITTEN,
	)
	row_sets.insert(
		DIFFERENCE,
		columns,
		[
			(
				name,
				0,
				key,
				OPEN,
				due,
				doc.layout,
				doc.name,
				doc.month,
				doc.month,
				*(tasks[key][column] for column in WRITTEN),
			)
			for key, name in names.items()
		],
		doc.read_by,
	)


def handle_by() -> date:
	"""Until when a difference of today has to be dealt with."""
	return rules.days_after("list_difference_days")


def _seen_again(doc: Document, row: frappe._dict, task: dict) -> dict:
	"""What is new about a difference that is known: the words while it is open; a new turn where it had ended and is
	there again in a later month. Where the list was found to be wrong and says the same, it stays ended."""
	month, last = getdate(doc.month), getdate(row.month)
	if month < last:
		return {}
	seen = {"month": doc.month, "reconciliation": doc.name}
	if row.status in (OPEN, CHECKED, MEASURED):
		return seen | {column: task[column] for column in WRITTEN}
	settled = row.status == ENDED and row.measure in REGISTRY_WAS_RIGHT and row.fact == task["fact"]
	if settled or (row.status == ENDED and month == last):
		return seen
	again = {
		"status": OPEN,
		"due_on": handle_by(),
		"officer": None,
		"times_reopened": (row.times_reopened or 0) + (row.status == ENDED),
	}
	return seen | {column: task[column] for column in WRITTEN} | again


def _without_officer(names: list[str]) -> list[frappe._dict]:
	found = []
	for at in range(0, len(names), AT_ONCE):
		found += frappe.get_all(
			DIFFERENCE,
			filters={
				"name": ["in", names[at : at + AT_ONCE]],
				"officer": ["is", "not set"],
				"status": OPEN,
			},
			fields=["name", "title", "due_on", "division", "household"],
			order_by="household, name",
		)
	return found


def _note_sightings(doc: Document, tasks: dict[str, dict], names: dict[str, str]) -> None:
	"""Which list showed what; of a file that is read again, what it shows now, and the rest is gone."""
	before = set(of_reconciliation(doc.name))
	frappe.db.delete(SIGHTING, {"reconciliation": doc.name})
	counts = _sightings_of([*names.values(), *before])
	columns, rows = row_sets.children(
		DIFFERENCE,
		"sightings",
		SEEN,
		{
			names[key]: [
				{
					"reconciliation": doc.name,
					"month": doc.month,
					**{column: task[column] for column in ("row_numbers", "list_says", "register_says")},
				}
			]
			for key, task in tasks.items()
		},
	)
	place, parent = columns.index("idx"), columns.index("parent")
	row_sets.insert(
		SIGHTING,
		columns,
		[(*row[:place], counts[row[parent]] + 1, *row[place + 1 :]) for row in rows],
		doc.read_by,
	)
	for name in sorted(before - set(names.values())):
		if not counts[name]:
			_end_unseen(name)


def _end_unseen(name: str) -> None:
	"""Nobody has begun with it, and no list shows it any more: there is nothing to do."""
	difference = frappe.get_doc(DIFFERENCE, name)
	if difference.status == OPEN:
		difference.status = GONE
		with records.step(difference):
			difference.save(ignore_permissions=True)


def _sightings_of(names: Sequence[str]) -> Counter:
	counts: Counter = Counter()
	for at in range(0, len(names), AT_ONCE):
		for row in frappe.get_all(
			SIGHTING,
			filters={"parent": ["in", names[at : at + AT_ONCE]], "parenttype": DIFFERENCE},
			fields=["parent", aggregate("count", "name", "seen")],
			group_by="parent",
			order_by="parent",
		):
			counts[row.parent] = row.seen
	return counts
