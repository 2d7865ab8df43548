"""What the Socaid Administrator keeps from the desk, of the DocTypes that are Frappe's own (``administration.csv``).

Seeded where it is missing; where a county has set the permissions of a DocType itself, it has said who. Each of these
DocTypes has a fence of its own: :mod:`socaid_app.setup.flow_changes`, ``form_changes``, ``print_changes``, ``rule_changes``.
"""

from __future__ import annotations

import csv
from pathlib import Path

import frappe
from frappe.permissions import add_permission, update_permission_property

ROLE = "Socaid Administrator"
# Pages of Frappe's own; what is made there is judged as a record.
PAGES = ("print-format-builder",)
TABLE = Path(__file__).with_suffix(".csv")


def seed_permissions() -> None:
	with TABLE.open(encoding="utf-8", newline="") as lines:
		for line in csv.DictReader(lines):
			_seed(line["doctype"], line["rights"].split())
	for page in PAGES:
		_open_page(page)


def _seed(doctype: str, rights: list[str]) -> None:
	if frappe.db.exists("Custom DocPerm", {"parent": doctype}):
		return
	add_permission(doctype, ROLE, 0, ptype=rights[0])
	for right in rights[1:]:
		update_permission_property(doctype, ROLE, 0, right, 1, validate=False)


def _open_page(page: str) -> None:
	if frappe.db.exists("Custom Role", {"page": page}) or not frappe.db.exists("Page", page):
		return
	roles = frappe.get_all("Has Role", {"parenttype": "Page", "parent": page}, pluck="role", order_by="idx")
	frappe.get_doc(
		{"doctype": "Custom Role", "page": page, "roles": [{"role": role} for role in [*roles, ROLE]]}
	).insert(ignore_permissions=True)
