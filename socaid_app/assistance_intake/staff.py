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


class CaseStaff(Directory):
	"""The directory, asked about cases."""

	def __init__(self) -> None:
		super().__init__()
		self._responsible: dict[tuple, list[str]] = {}

	def responsible(self, case: frappe._dict) -> list[str]:
		"""Users who may take the next step of ``case`` (a row with workflow_state, route, division, ...).

		Records outside the workflow have no state; the township's officers are responsible for them.
		"""
		key = (case.division, *(case.get(field) for field in DECIDING_FIELDS))
		if key not in self._responsible:
			roles = next_roles(case) if case.workflow_state else {"Township Officer"}
			self._responsible[key] = self.users(roles, case.division)
		return self._responsible[key]


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
