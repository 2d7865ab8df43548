"""Who works here: the users a reminder or a message goes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import frappe

from socaid_app.permissions.scope import COUNTY_ROLES, Scope


class Directory:
	"""All staff with their roles and divisions, read once: three queries however many cases follow."""

	def __init__(self) -> None:
		self._users: dict[tuple, list[str]] = {}
		self.roles: dict[str, set[str]] = defaultdict(set)
		self.divisions: dict[str, list[str]] = defaultdict(list)
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
		wanted = frozenset(roles)
		if (wanted, division) not in self._users:
			self._users[wanted, division] = sorted(
				user
				for user, held in self.roles.items()
				if held & wanted and self._scope(user).covers(division)
			)
		return list(self._users[wanted, division])

	def works(self, user: str | None) -> bool:
		"""Whether a user whom a record names can still act."""
		return bool(user) and (user in self.roles or user == "Administrator")

	def of_first(self, roles: Iterable[str], division: str | None) -> list[str]:
		"""Those who hold the first of the roles that anybody holds there."""
		return next((users for role in roles if (users := self.users([role], division))), [])

	def _scope(self, user: str) -> Scope:
		if self.divisions.get(user):
			return Scope(divisions=tuple(self.divisions[user]))
		return Scope(everything=not COUNTY_ROLES.isdisjoint(self.roles[user]))


def full_names(users: Iterable[str | None]) -> dict[str, str]:
	"""user → name; one query."""
	wanted = sorted({user for user in users if user})
	if not wanted:
		return {}
	return dict(
		frappe.get_all(
			"User",
			filters={"name": ["in", wanted]},
			fields=["name", "full_name"],
			order_by="name",
			as_list=True,
		)
	)
