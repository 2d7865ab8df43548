"""The index of what is in force holds all that figures are made of; it is made anew after the migrate (indexes.py)."""

import frappe


def execute() -> None:
	# Raw SQL: Frappe has no words for an index.
	frappe.db.sql_ddl("alter table `tabEntitlement` drop index if exists township_in_force")
