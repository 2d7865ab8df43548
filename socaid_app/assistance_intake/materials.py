"""The checklist of a case: filled from its category, never longer than the law allows (Law Art. 62)."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import cint, today

REQUIRED, IF_APPLICABLE, BY_DATA = "Required", "If Applicable", "Verified by Data"


def sync(application: Document) -> None:
	"""Keep the rows of the category's checklist, with what was received; ``requirement`` is never typed."""
	checklist = frappe.get_cached_doc("Assistance Category", application.category).materials
	wanted = {row.material: row for row in checklist}
	if application.has_value_changed("category"):
		# Rows of the former category go, unless something was already received for them.
		kept = [row for row in application.materials if row.material in wanted or cint(row.received)]
		application.set("materials", kept)
	present = {row.material for row in application.materials}
	for material, row in wanted.items():
		if material not in present:
			application.append("materials", {"material": material, "note": row.note})
	for position, row in enumerate(application.materials, 1):
		row.idx = position
		row.requirement = wanted[row.material].requirement if row.material in wanted else IF_APPLICABLE
		_complete(row)


def _complete(row: Document) -> None:
	if row.file or row.received_on:
		row.received = 1
	if cint(row.received):
		row.received_on = row.received_on or today()
		row.to_supplement = 0


def missing(application: Document) -> list[str]:
	"""What must still be handed in: required and not received, or marked for supplement. Never what data prove."""
	return [
		row.material
		for row in application.materials
		if row.requirement != BY_DATA
		and not cint(row.received)
		and (row.requirement == REQUIRED or cint(row.to_supplement))
	]


def forbidden_demands(application: Document) -> list[str]:
	"""Materials asked for although data checks prove them (Law Art. 62)."""
	return [
		row.material
		for row in application.materials
		if row.requirement == BY_DATA and cint(row.to_supplement)
	]
