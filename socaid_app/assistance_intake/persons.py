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
	return whereabouts_of({"": (recipients, household)})[""]


def whereabouts_of(families: dict[str, tuple[list[str], str | None]]) -> dict[str, dict[str, dict]]:
	"""The same for many families, {any key: (persons, household)}, in three queries."""
	persons = sorted({person for own, _household in families.values() for person in own if person})
	rows = _rows_in({household for _own, household in families.values() if household})
	away: dict[str, list] = {}
	for row in absences(persons):
		away.setdefault(row.parent, []).append(row)
	dead = deaths(persons)
	found = {}
	for key, (own, household) in families.items():
		befell: dict[str, dict] = {}
		for row in rows.get(household, ()):
			if row.left_on and row.recipient in own:
				befell.setdefault(row.recipient, {}).update(facts(row.leave_reason, getdate(row.left_on)))
		for person in own:
			for row in away.get(person, ()):
				over = getdate(row.absent_until) if row.absent_until else None
				befell.setdefault(person, {}).update(facts(row.reason, getdate(row.absent_from), over))
			if person in dead:
				befell.setdefault(person, {})["deceased_on"] = str(dead[person])
		found[key] = befell
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


def _rows_in(households: set[str]) -> dict[str, list[frappe._dict]]:
	"""The last row of each person: whoever left and came back is there."""
	rows = frappe.get_all(
		"Household Member",
		filters={"parent": ["in", sorted(households) or [""]], "parenttype": "Recipient Household"},
		fields=["parent", "recipient", "left_on", "leave_reason"],
		order_by="joined_on asc, idx asc",
	)
	last: dict[str, dict] = {}
	for row in rows:
		last.setdefault(row.parent, {})[row.recipient] = row
	return {household: list(own.values()) for household, own in last.items()}


def deaths(recipients: list[str]) -> dict[str, date]:
	"""The day of death of those among ``recipients`` who have died."""
	rows = frappe.get_all(
		"Recipient",
		filters={"name": ["in", [name for name in recipients if name] or [""]], "deceased_on": ["is", "set"]},
		fields=["name", "deceased_on"],
		order_by="name",
	)
	return {row.name: getdate(row.deceased_on) for row in rows}
