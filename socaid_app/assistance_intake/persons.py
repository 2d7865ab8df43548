"""What an application copies from the persons on the register."""

from __future__ import annotations

from datetime import date

import frappe
from frappe.utils import getdate

from socaid_app.policy.whereabouts import DEPARTURES, UNABLE_TO_SUPPORT, facts

# Copied from the person at the time of the application; later changes of the person do not alter the case.
CIRCUMSTANCES = (
	"marital",
	"schooling",
	"employment",
	"labour_capacity",
	"health",
	"disability_type",
	"disability_grade",
)


def circumstances(recipient: str) -> dict[str, object]:
	fields = ["full_name as member_name", "id_number", "birth_date", "sex", *CIRCUMSTANCES]
	return frappe.db.get_value("Recipient", recipient, fields, as_dict=True) or {}


def whereabouts(recipients: list[str], household: str | None) -> dict[str, dict]:
	"""What befell each person, as :mod:`policy.cases` names it: a death, having left the household, being away.

	A departure concerns the household that was left; a term in prison or in the army, any household.
	"""
	found: dict[str, dict] = {}
	for row in _rows_in(household) if household else []:
		if row.left_on and row.recipient in recipients:
			found.setdefault(row.recipient, {}).update(facts(row.leave_reason, getdate(row.left_on)))
	for row in absences(recipients):
		over = getdate(row.absent_until) if row.absent_until else None
		found.setdefault(row.parent, {}).update(facts(row.reason, getdate(row.absent_from), over))
	for recipient, died in deaths(recipients).items():
		found.setdefault(recipient, {})["deceased_on"] = str(died)
	return found


def absences(recipients: list[str]) -> list[frappe._dict]:
	"""The periods, over or not, in which these persons were away from home without having moved."""
	return frappe.get_all(
		"Person Absence",
		filters={
			"parenttype": "Recipient",
			"parent": ["in", [name for name in recipients if name] or [""]],
			"reason": ["not in", sorted(DEPARTURES)],
		},
		fields=["parent", "reason", "absent_from", "absent_until"],
		order_by="parent, absent_from, idx",
	)


def unable_to_support(recipients: list[str]) -> dict[str, str]:
	"""Whoever is in prison or declared missing, and which of it (43号 Art. 8(五))."""
	return {
		row.parent: row.reason
		for row in absences(recipients)
		if row.reason in UNABLE_TO_SUPPORT and (not row.absent_until or getdate(row.absent_until) > getdate())
	}


def _rows_in(household: str) -> list[frappe._dict]:
	"""The last row of each person: whoever left and came back is there."""
	rows = frappe.get_all(
		"Household Member",
		filters={"parent": household, "parenttype": "Recipient Household"},
		fields=["recipient", "left_on", "leave_reason"],
		order_by="joined_on asc, idx asc",
	)
	return list({row.recipient: row for row in rows}.values())


def deaths(recipients: list[str]) -> dict[str, date]:
	"""The day of death of those among ``recipients`` who have died."""
	rows = frappe.get_all(
		"Recipient",
		filters={"name": ["in", [name for name in recipients if name] or [""]], "deceased_on": ["is", "set"]},
		fields=["name", "deceased_on"],
		order_by="name",
	)
	return {row.name: getdate(row.deceased_on) for row in rows}
