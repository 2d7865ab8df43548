"""Who works on a case: whoever the workflow allows to take its next step."""

from __future__ import annotations

import frappe
from frappe.model.workflow import get_workflow_name

from socaid_app.casework.people import Directory
from socaid_app.policy import terms

DOCTYPE = "Assistance Application"
# What the conditions of the workflow look at.
DECIDING_FIELDS = ("workflow_state", "route", "confirming_authority", "protected_case", "decision_reason")
# Leaving the line is never "the next step".
EXITS = frozenset({terms.TERMINATED, terms.WITHDRAWN})


def next_steps(cases: list[str], directory: Directory) -> dict[str, tuple[str, ...]]:
	"""Hook ``socaid_next_step``: case → users who may take its next step."""
	rows = frappe.get_all(
		DOCTYPE,
		filters={"name": ["in", cases]},
		fields=["name", "division", "entered_by", *DECIDING_FIELDS],
		order_by="name",
	)
	roles: dict[tuple, set[str]] = {}
	found = {}
	for case in rows:
		key = tuple(case[field] for field in DECIDING_FIELDS)
		if key not in roles:
			roles[key] = next_roles(case)
		able = directory.users(roles[key], case.division)
		# who enters a case does not check it
		entered = case.entered_by if case.workflow_state == terms.DRAFT else None
		found[case.name] = tuple(user for user in able if user != entered)
	return found


def next_roles(case: frappe._dict) -> set[str]:
	"""Roles that the workflow allows to take the next step from the case's state."""
	workflow = frappe.get_cached_doc("Workflow", get_workflow_name(DOCTYPE))
	return {
		row.allowed
		for row in workflow.transitions
		if row.state == case.workflow_state
		and row.next_state not in EXITS
		and (not row.condition or frappe.safe_eval(row.condition, None, {"doc": case}))
	}
