"""The six self-care indicators had a preset of "can do"; now they are blank until somebody assesses them.

Where a decision or a publicity rests on them they stay as they were. Of open cases only those keep them in which
somebody had changed the preset.
"""

import frappe

from socaid_app.assistance_intake.guard import EDITABLE_STATES
from socaid_app.policy import terms

FIELDS = [f"selfcare_{item}" for item in terms.SELFCARE_ITEMS]
NOW = {"1": "Can", "0": "Cannot"}


def execute() -> None:
	for row in frappe.get_all(
		"Assistance Application", fields=["name", "scheme", "workflow_state", *FIELDS], order_by="name"
	):
		found = {field: str(row[field] or "") for field in FIELDS}
		if not set(found.values()) & set(NOW):
			continue
		preset = set(found.values()) == {"1"}
		if row.scheme != terms.TEKUN or (preset and row.workflow_state in EDITABLE_STATES):
			values = dict.fromkeys(FIELDS)
		else:
			values = {field: NOW.get(value) for field, value in found.items()}
		frappe.db.set_value("Assistance Application", row.name, values, update_modified=False)
