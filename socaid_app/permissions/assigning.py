"""Who puts a record on somebody's list of tasks, and who takes it off.

Frappe asks for no more than reading the record, and writes in it all the same. Here a record is assigned by those who
may write it, and an assignment ends by them, by whoever made it and by the one who has it. What the app and its rules
assign on their own (casework/assignments.py) is not asked.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.desk.form import assign_to as frappes
from frappe.model.document import Document

OPEN = ("not in", ("Closed", "Cancelled"))
REFERENCE = ("reference_type", "reference_name")


class NotYoursToAssign(frappe.PermissionError):
	pass


def check_task(doc: Document, method: str | None = None) -> None:
	"""Hook ``validate`` of ToDo: sent as a record, it is held to the same; functions have asked already."""
	if not frappe.request or doc.flags.ignore_permissions or not doc.reference_name:
		return
	if doc.is_new() or any(doc.has_value_changed(field) for field in (*REFERENCE, "allocated_to")):
		_require_writer(doc.reference_type, doc.reference_name)


def _require_writer(doctype: str, name: str) -> None:
	if not frappe.has_permission(doctype, "write", doc=name):
		frappe.throw(
			_("A record is assigned by those who may change it. You may read this one."), NotYoursToAssign
		)


def _require_ender(doctype: str, name: str, of: tuple[str, ...] | None = None) -> None:
	"""``of``: whose assignments are to end; all that are open by default."""
	frappe.has_permission(doctype, "read", doc=name, throw=True)
	filters = {"reference_type": doctype, "reference_name": name, "status": OPEN}
	if of:
		filters["allocated_to"] = ("in", of)
	tasks = frappe.get_all("ToDo", filters=filters, fields=["allocated_to", "assigned_by"])
	user = frappe.session.user
	if all(user in (task.allocated_to, task.assigned_by) for task in tasks):
		return
	if not frappe.has_permission(doctype, "write", doc=name):
		frappe.throw(
			_(
				"An assignment is ended by whoever has it, by whoever made it and by those who may change the record."
			),
			NotYoursToAssign,
		)


@frappe.whitelist(methods=["POST"])
def add(args: str | dict | None = None, **asked):
	"""Frappe's “Assign To” on a record that the user may write: ``doctype``, ``name``, ``assign_to`` …"""
	asked = _told(args, asked)
	_require_writer(asked["doctype"], asked["name"])
	return frappes.add(asked)


@frappe.whitelist(methods=["POST"])
def add_multiple(args: str | dict | None = None, **asked):
	"""The same from a list; ``name``: the names of the records. All of them or none."""
	asked = _told(args, asked)
	names = frappe.parse_json(asked["name"])
	for name in names:
		_require_writer(asked["doctype"], name)
	for name in names:
		frappes.add({**asked, "name": name})


def _told(args: str | dict | None, asked: dict) -> dict:
	"""What an assignment is made of; who makes it is nothing that a request says."""
	given = frappe.parse_json(args) if args else asked
	for part in ("doctype", "name", "assign_to"):
		if not given.get(part):
			frappe.throw(_("Fill in “{0}”.").format(part))
	parts = ("doctype", "name", "assign_to", "description", "date", "priority")
	return {part: given[part] for part in parts if given.get(part)}


@frappe.whitelist(methods=["POST"])
def remove(doctype: str, name: str, assign_to: str, ignore_permissions: bool = False):
	"""Take a record off somebody's list. Which permissions are asked is nothing that a request says."""
	_require_ender(doctype, name, (assign_to,))
	return frappes.remove(doctype, name, assign_to)


@frappe.whitelist(methods=["POST"])
def remove_multiple(doctype: str, names: str | list, ignore_permissions: bool = False):
	"""Take records off everybody's list. All of them or none."""
	names = frappe.parse_json(names)
	for name in names:
		_require_ender(doctype, name)
	return frappes.remove_multiple(doctype, frappe.as_json(names))
