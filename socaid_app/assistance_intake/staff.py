"""Who works on a case: the users a reminder or a message goes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe.model.workflow import get_workflow_name

from socaid_app.permissions.scope import COUNTY_ROLES, Scope
from socaid_app.policy import terms

DOCTYPE = "Assistance Application"
# What the conditions of the workflow look at.
DECIDING_FIELDS = ("workflow_state", "route", "confirming_authority", "protected_case", "decision_reason")
# Leaving the line is never "the next step".
EXITS = frozenset({terms.TERMINATED, terms.WITHDRAWN})


class Directory:
	"""All staff with their roles and divisions, read once: three queries however many cases follow."""

	def __init__(self) -> None:
		self.roles: dict[str, set[str]] = defaultdict(set)
		self.divisions: dict[str, list[str]] = defaultdict(list)
		self._responsible: dict[tuple, list[str]] = {}
		role, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
		rows = (
			frappe.qb.from_(role)
			.join(user)
			.on(user.name == role.parent)
			.select(role.parent, role.role)
			.where((role.parenttype == "User") & (user.enabled == 1))
			.where(user.name.notin(["Administrator", "Guest"]))
			.run()
		)
		for name, role_name in rows:
			self.roles[name].add(role_name)
		for row in frappe.get_all(
			"User Permission",
			filters={"allow": "Administrative Division"},
			fields=["user", "for_value"],
			order_by="user",
		):
			self.divisions[row.user].append(row.for_value)

	def users(self, roles: Iterable[str], division: str | None) -> list[str]:
		"""Users who hold one of ``roles`` and work for ``division``."""
		wanted = set(roles)
		return sorted(
			user for user, held in self.roles.items() if held & wanted and self._scope(user).covers(division)
		)

	def _scope(self, user: str) -> Scope:
		if self.divisions.get(user):
			return Scope(divisions=tuple(self.divisions[user]))
		return Scope(everything=not COUNTY_ROLES.isdisjoint(self.roles[user]))

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
