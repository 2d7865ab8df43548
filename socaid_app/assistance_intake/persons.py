"""What an application copies from the persons on the register."""

from __future__ import annotations

from datetime import date

import frappe
from frappe.utils import getdate

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


# Household Member.leave_reason → the fact of policy/cases.py it stands for.
LEFT_BY = {"Death": "deceased_on", "Imprisonment": "imprisoned_from"}
LEFT_OTHERWISE = "moved_away_on"


def whereabouts(recipients: list[str], household: str | None) -> dict[str, dict]:
	"""What befell each person, as :mod:`policy.cases` names it: a death, and having left the household since."""
	found: dict[str, dict] = {}
	for row in _rows_in(household) if household else []:
		if row.left_on and row.recipient in recipients:
			fact = LEFT_BY.get(row.leave_reason, LEFT_OTHERWISE)
			found.setdefault(row.recipient, {})[fact] = str(getdate(row.left_on))
	for recipient, died in deaths(recipients).items():
		found.setdefault(recipient, {})["deceased_on"] = str(died)
	return found


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
