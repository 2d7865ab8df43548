"""Cases of near relatives of staff: filed separately and visited by the county (57号 Arts 11, 20)."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import getdate, today

from socaid_app.casework.relatives import related_to
from socaid_app.policy import terms

APPLICATION = "Assistance Application"


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
