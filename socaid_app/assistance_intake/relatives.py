"""Near relatives of staff: their cases are filed separately and visited by the county (57号 Arts 11, 20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.policy import terms
from socaid_app.policy.names import comparable_name

APPLICATION = "Assistance Application"


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


def note_declaration(declaration: Document, method: str | None = None) -> None:
	"""Hook: with a declaration made or ended, the open cases of the person are filed apart, or no longer."""
	case, member = frappe.qb.DocType(APPLICATION), frappe.qb.DocType("Application Member")
	rows = (
		frappe.qb.from_(case)
		.left_join(member)
		.on((member.parent == case.name) & (member.parenttype == APPLICATION))
		.select(case.name)
		.distinct()
		.where(case.workflow_state.isin(list(terms.OPEN_STATES)))
		.where((case.applicant == declaration.recipient) | (member.recipient == declaration.recipient))
		.run()
	)
	for (name,) in rows:
		application = frappe.get_doc(APPLICATION, name)
		flag = int(related_to(persons_of(application), getdate(today())).any())
		frappe.db.set_value(APPLICATION, name, "relative_case", flag, update_modified=False)


def persons_of(application: Document) -> list[str]:
	"""Everybody whose near relatives among the staff matter."""
	return list(dict.fromkeys([application.applicant, *(row.recipient for row in application.members)]))
