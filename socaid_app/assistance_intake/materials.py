"""The checklist of a case: filled from its category, never longer than the law allows (Law Art. 62)."""

from __future__ import annotations

from collections.abc import Container

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
	proven = proven_by_data()
	present = {row.material for row in application.materials}
	for material, row in wanted.items():
		if material not in present:
			application.append("materials", {"material": material, "note": row.note})
	for position, row in enumerate(application.materials, 1):
		row.idx = position
		listed = wanted[row.material].requirement if row.material in wanted else IF_APPLICABLE
		row.requirement = requirement(row.material, listed, proven)
		_complete(row)


def checklist(category: str) -> list[dict]:
	"""What an application of this category is asked for: material, requirement, note; nothing that data prove."""
	proven = proven_by_data()
	rows = (
		{
			"material": row.material,
			"requirement": requirement(row.material, row.requirement, proven),
			"note": row.note,
		}
		for row in frappe.get_cached_doc("Assistance Category", category).materials
	)
	return [row for row in rows if row["requirement"] != BY_DATA]


def proven_by_data() -> set[str]:
	"""Materials that outside data prove at present, whatever a checklist says (hook ``socaid_proven_materials``)."""
	return {
		material
		for path in frappe.get_hooks("socaid_proven_materials")
		for material in frappe.get_attr(path)()
	}


def requirement(material: str, listed: str, proven: Container[str]) -> str:
	"""What applies to a material of a checklist: what data prove is never asked for."""
	return BY_DATA if material in proven else listed


def follow_proofs() -> None:
	"""The rows of open cases, after what data prove has changed; what was asked for since goes, nothing received does."""
	application, row, listed = map(
		frappe.qb.DocType, ("Assistance Application", "Application Material", "Category Material")
	)
	rows = (
		frappe.qb.from_(row)
		.join(application)
		.on((row.parent == application.name) & (row.parenttype == "Assistance Application"))
		.left_join(listed)
		.on(
			(listed.parent == application.category)
			& (listed.parenttype == "Assistance Category")
			& (listed.material == row.material)
		)
		.where(application.docstatus == 0)
		.select(row.name, row.material, row.requirement, listed.requirement.as_("listed"))
	).run(as_dict=True)
	proven = proven_by_data()
	changed: dict[str, list[str]] = {}
	for one in rows:
		wanted = requirement(one.material, one.listed or IF_APPLICABLE, proven)
		if wanted != one.requirement:
			changed.setdefault(wanted, []).append(one.name)
	for wanted, names in changed.items():
		values = {"requirement": wanted} | ({"to_supplement": 0} if wanted == BY_DATA else {})
		frappe.db.set_value("Application Material", {"name": ["in", names]}, values, update_modified=False)


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
