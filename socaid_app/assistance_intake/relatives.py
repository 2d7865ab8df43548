"""Near relatives of staff: their cases are filed separately and visited by the county (57号 Arts 11, 20)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import frappe


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


def staff_related_to(recipients: Iterable[str], on: date) -> set[str]:
	"""Users who may neither investigate nor decide on these persons."""
	return {row.staff for row in declared(recipients, on) if row.staff}
