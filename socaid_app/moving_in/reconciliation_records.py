"""Reconciliations of lists and their differences: states, and what makes a difference the same one next month."""

from __future__ import annotations

import hashlib

import frappe

RECONCILIATION, DIFFERENCE = "List Reconciliation", "Reconciliation Difference"
SIGHTING, PLACE = "Difference Sighting", "Reconciliation Place"

# List Reconciliation.status
NOT_READ, READING, COMPARED, CLOSED, WITHDRAWN = (
	"List Not Read",
	"List Being Read",
	"List Compared",
	"Reconciliation Closed",
	"Reconciliation Withdrawn",
)
# Reconciliation Difference.status
OPEN, CHECKED, MEASURED, ENDED, GONE = (
	"Difference Open",
	"Difference Checked",
	"Measure Taken",
	"Difference Ended",
	"Difference Gone",
)
WAITING = (OPEN, CHECKED, MEASURED)

# How it was checked (服务方案 1.1.1-18: 公安户籍比对、查救助记录档案、走访社区核实).
REGISTRATION, RECORDS, VISIT = (
	"Household Registration Compared",
	"Records and Files Looked Up",
	"Visited at Home",
)
# What was done (更正补漏、调整金额、更新).
CORRECTED, ADJUSTED, UPDATED, SENDER_TOLD, NOTHING = (
	"Corrected or Added",
	"Amount Adjusted",
	"Record Updated",
	"Sender Told of Its Mistake",
	"No Action Needed",
)
# Measures after which the registry says what it said before: the same fact next month is settled.
REGISTRY_WAS_RIGHT = (SENDER_TOLD, NOTHING)

RECONCILE, CONFIRM = "Reconcile Lists", "Confirm Differences"
# Names in one statement.
AT_ONCE = 500


def digest(*parts: str | None) -> str:
	return hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()


def of_reconciliation(name: str) -> list[str]:
	"""The differences that a list showed, whichever list has shown them since."""
	return frappe.get_all(
		SIGHTING,
		filters={"reconciliation": name, "parenttype": DIFFERENCE},
		pluck="parent",
		order_by="parent",
	)


def waiting_of(name: str) -> int:
	"""How many of them have not come to their end."""
	found = of_reconciliation(name)
	return sum(
		frappe.db.count(DIFFERENCE, {"name": ["in", found[at : at + AT_ONCE]], "status": ["in", WAITING]})
		for at in range(0, len(found), AT_ONCE)
	)
