"""What an application copies from the persons on the register."""

from __future__ import annotations

import frappe

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
