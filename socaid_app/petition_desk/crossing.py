"""A petition crosses the boundary of secrecy: another name for it and its papers, and what others were told is taken back."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.model.rename_doc import rename_doc

from socaid_app.casework import events
from socaid_app.petition_desk.secrecy import (
	PETITION,
	REFERENCES,
	numbered_name,
	paper_name,
	petition_doctypes,
)

# What is withdrawn from people who had to do with a petition before it became restricted.
WITHDRAWN = ("Notification Log", "Document Follow", "DocShare", "Tag Link")


def move(petition: Document) -> str:
	"""After a petition became restricted or ceased to be: rename it and its papers; returns the new name.

	What others were told before is taken back, since it would go on saying that there is something.
	"""
	for doctype in petition_doctypes():
		if doctype == PETITION:
			continue
		for name in frappe.get_all(
			doctype, filters={"petition": petition.name}, pluck="name", order_by="creation"
		):
			frappe.db.set_value(doctype, name, "restricted", petition.restricted, update_modified=False)
			_rename(doctype, name, paper_name(doctype, petition.restricted), petition.restricted)
	name, number = numbered_name(bool(petition.restricted))
	if petition.restricted:
		_let_go(petition.name)
	_rename(PETITION, petition.name, name, petition.restricted)
	frappe.db.set_value(PETITION, name, "petition_number", number, update_modified=False)
	return name


def _let_go(petition: str) -> None:
	"""What others can read refers to the petition no more, and says no more what it said (hook
	``socaid_petition_sealed``: the petition's name)."""
	events.tell("socaid_petition_sealed", petition)
	for field in ("repeat_of", "joined_into"):
		frappe.db.set_value(PETITION, {field: petition, "restricted": 0}, field, None, update_modified=False)


def _rename(doctype: str, old: str, new: str, restricted: int) -> None:
	if restricted:
		_take_back(doctype, old)
	rename_doc(
		doctype,
		old,
		new,
		force=True,
		ignore_permissions=True,
		show_alert=False,
		rebuild_search=False,
	)


def _take_back(doctype: str, name: str) -> None:
	for reference in WITHDRAWN:
		kind, column = REFERENCES[reference]
		frappe.db.delete(reference, {kind: doctype, column: name})
	frappe.db.delete(
		"Email Queue", {"reference_doctype": doctype, "reference_name": name, "status": "Not Sent"}
	)
	for table, values in (("ToDo", {"status": "Cancelled"}), ("File", {"owner": "Administrator"})):
		kind, column = REFERENCES[table]
		frappe.db.set_value(table, {kind: doctype, column: name}, values, update_modified=False)
	frappe.db.set_value(doctype, name, {"_assign": None, "_user_tags": None}, update_modified=False)
