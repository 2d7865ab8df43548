"""Near relatives of staff, by the declarations in force (57号 Arts 11, 20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _

from socaid_app.policy.names import comparable_name


def declared(recipients: Iterable[str], on: date) -> list[frappe._dict]:
	"""Declarations in force on ``on`` that name one of ``recipients``: staff, staff_name, recipient."""
	recipients = [name for name in recipients if name]
	if not recipients:
		return []
	declaration = frappe.qb.DocType("Relative Declaration")
	return (
		frappe.qb.from_(declaration)
		.select(declaration.staff, declaration.staff_name, declaration.recipient, declaration.relation)
		.where(declaration.recipient.isin(recipients))
		.where(declaration.declared_on <= on)
		.where(declaration.ended_on.isnull() | (declaration.ended_on > on))
		.run(as_dict=True)
	)


@dataclass(frozen=True)
class Related:
	"""The staff related to a family, by the declarations in force."""

	declarations: tuple[frappe._dict, ...]

	def any(self) -> bool:
		return bool(self.declarations)

	def includes(self, user: str | None, name: str | None = None) -> bool:
		"""Whether somebody is one of them: known by the account, or by name where one side has no account."""
		names = {comparable_name(name), comparable_name(_full_name(user))} - {""}
		return any(
			row.staff == user
			if row.staff and user
			else not names.isdisjoint(
				(comparable_name(row.staff_name), comparable_name(_full_name(row.staff)))
			)
			for row in self.declarations
		)


def _full_name(user: str | None) -> str:
	return (frappe.get_cached_value("User", user, "full_name") or "") if user else ""


def related_to(recipients: Iterable[str], on: date) -> Related:
	"""Who may neither investigate, decide on nor visit these persons."""
	return Related(tuple(declared(recipients, on)))


def why_not(recipients: Iterable[str], on: date) -> str:
	"""Why the session's user takes no part in what is about these persons; '' where nothing stands against it."""
	if related_to(recipients, on).includes(frappe.session.user):
		return _("You are a near relative of this family: somebody else deals with it (57号 Art. 11, 20).")
	return ""
