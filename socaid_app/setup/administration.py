"""What the Socaid Administrator keeps from the desk, of the DocTypes that are Frappe's own (``administration.csv``).

Seeded where it is missing; where a county has set the permissions of a DocType itself, it has said who. Each of these
DocTypes has a fence of its own (:mod:`socaid_app.setup.flow_changes`).
"""

from __future__ import annotations

import csv
from pathlib import Path

import frappe
from frappe.permissions import add_permission, update_permission_property

ROLE = "Socaid Administrator"
TABLE = Path(__file__).with_suffix(".csv")


def seed_permissions() -> None:
	with TABLE.open(encoding="utf-8", newline="") as lines:
		for line in csv.DictReader(lines):
			_seed(line["doctype"], line["rights"].split())


def _seed(doctype: str, rights: list[str]) -> None:
	if frappe.db.exists("Custom DocPerm", {"parent": doctype}):
		return
	add_permission(doctype, ROLE, 0, ptype=rights[0])
	for right in rights[1:]:
		update_permission_property(doctype, ROLE, 0, right, 1, validate=False)
